SELECT
    user_follows.id,
    user_follows.created_at,
    users.id AS user_id,
    users.username,
    (
        SELECT user_profiles.display_name FROM user_profiles
        WHERE user_profiles.user_id = users.id
    ) AS display_name
FROM user_follows, users
WHERE
    user_follows.following_id = :account
    AND user_follows.follower_id = users.id
    AND (
        user_follows.created_at < :before_time
        OR (user_follows.created_at = :before_time AND user_follows.id < :before_id)
    )
ORDER BY user_follows.created_at DESC, user_follows.id DESC
FETCH FIRST 20 ROWS ONLY
