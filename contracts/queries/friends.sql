-- A friendship is stored once, the lower id first: one index for each of the two places. A page is
-- taken from each, and of both together the page. Pages as in followers.sql.
WITH friend AS (
    (
        SELECT
            id,
            created_at,
            user_id_2 AS user_id
        FROM friendships
        WHERE user_id_1 = :account AND (created_at, id) < (:before_time, :before_id)
        ORDER BY created_at DESC, id DESC
        LIMIT 20
    )
    UNION ALL
    (
        SELECT
            id,
            created_at,
            user_id_1 AS user_id
        FROM friendships
        WHERE user_id_2 = :account AND (created_at, id) < (:before_time, :before_id)
        ORDER BY created_at DESC, id DESC
        LIMIT 20
    )
)

SELECT
    friend.id,
    friend.created_at,
    users.id AS user_id,
    users.username,
    user_profiles.display_name
FROM friend
INNER JOIN users ON friend.user_id = users.id
LEFT JOIN user_profiles ON users.id = user_profiles.user_id
ORDER BY friend.created_at DESC, friend.id DESC
LIMIT 20
