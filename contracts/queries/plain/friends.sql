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
    friendships.id,
    friendships.created_at,
    seen.id AS user_id,
    seen.username,
    seen.display_name
FROM friendships
LEFT JOIN seen
    ON friendships.user_id_1 + friendships.user_id_2 - :account = seen.id
WHERE
    :account IN (friendships.user_id_1, friendships.user_id_2)
    AND :account IN (SELECT owners.id FROM seen AS owners)
    AND (
        friendships.created_at < :before_time
        OR (friendships.created_at = :before_time AND friendships.id < :before_id)
    )
ORDER BY friendships.created_at DESC, friendships.id DESC
FETCH FIRST 20 ROWS ONLY
