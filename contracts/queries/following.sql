-- Pages as in followers.sql.
SELECT
    user_follows.id,
    user_follows.created_at,
    users.id AS user_id,
    users.username,
    user_profiles.display_name
FROM user_follows
INNER JOIN users ON user_follows.following_id = users.id
LEFT JOIN user_profiles ON users.id = user_profiles.user_id
WHERE
    user_follows.follower_id = :account
    AND (user_follows.created_at, user_follows.id) < (:before_time, :before_id)
    AND user_follows.created_at >= coalesce(
        (
            SELECT edge.created_at
            FROM user_follows AS edge
            WHERE edge.follower_id = :account AND edge.created_at < :before_time
            ORDER BY edge.created_at DESC
            LIMIT 1 OFFSET 19
        ),
        '-infinity'
    )
ORDER BY user_follows.created_at DESC, user_follows.id DESC
LIMIT 20
