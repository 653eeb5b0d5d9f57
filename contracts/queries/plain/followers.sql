WITH seen AS (
    SELECT
        users.id,
        users.username,
        (
            SELECT user_profiles.display_name FROM user_profiles
            WHERE user_profiles.user_id = users.id
        ) AS display_name
    FROM users
    WHERE
        users.status NOT IN ('suspended', 'deleted')
        AND (
            users.id = :reader
            OR users.id NOT IN (
                SELECT user_profiles.user_id FROM user_profiles
                WHERE user_profiles.visibility <> 'public'
            )
            OR users.id IN (
                SELECT user_profiles.user_id
                FROM user_profiles
                INNER JOIN user_follows ON user_profiles.user_id = user_follows.following_id
                WHERE user_profiles.visibility = 'followers' AND user_follows.follower_id = :reader
            )
        )
)

SELECT
    user_follows.id,
    user_follows.created_at,
    seen.id AS user_id,
    seen.username,
    seen.display_name
FROM user_follows
LEFT JOIN seen ON user_follows.follower_id = seen.id
WHERE
    user_follows.following_id = :account
    AND user_follows.following_id IN (SELECT owners.id FROM seen AS owners)
    AND (
        user_follows.created_at < :before_time
        OR (user_follows.created_at = :before_time AND user_follows.id < :before_id)
    )
ORDER BY user_follows.created_at DESC, user_follows.id DESC
FETCH FIRST 20 ROWS ONLY
