-- Pages as in followers.sql.
SELECT
    page.id,
    page.created_at,
    users.id AS user_id,
    users.username,
    user_profiles.display_name
FROM (
    SELECT
        id,
        created_at,
        following_id
    FROM user_follows
    WHERE follower_id = :account AND (created_at, id) < (:before_time, :before_id)
    ORDER BY created_at DESC, id DESC
    LIMIT 20
) AS page
INNER JOIN users ON page.following_id = users.id
LEFT JOIN user_profiles ON users.id = user_profiles.user_id
ORDER BY page.created_at DESC, page.id DESC
