-- A friendship is stored once, the lower id first: one index for each of the two places. How far
-- down the page can reach is found in the two together. Pages as in followers.sql.
WITH edge AS MATERIALIZED (
    SELECT created_at
    FROM (
        SELECT created_at
        FROM friendships
        WHERE user_id_1 = :account AND created_at < :before_time
        UNION ALL
        SELECT created_at
        FROM friendships
        WHERE user_id_2 = :account AND created_at < :before_time
    ) AS times
    ORDER BY created_at DESC
    LIMIT 1 OFFSET 19
),

friend AS (
    SELECT
        id,
        created_at,
        user_id_2 AS user_id
    FROM friendships
    WHERE
        user_id_1 = :account
        AND (created_at, id) < (:before_time, :before_id)
        AND created_at >= coalesce((SELECT edge.created_at FROM edge), '-infinity')
    UNION ALL
    SELECT
        id,
        created_at,
        user_id_1 AS user_id
    FROM friendships
    WHERE
        user_id_2 = :account
        AND (created_at, id) < (:before_time, :before_id)
        AND created_at >= coalesce((SELECT edge.created_at FROM edge), '-infinity')
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
