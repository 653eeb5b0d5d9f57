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
    user_lists.id,
    user_lists.name,
    user_lists.description,
    user_lists.is_public
FROM seen
INNER JOIN user_lists ON seen.id = user_lists.user_id
WHERE seen.id = :account AND (user_lists.is_public OR seen.id = :reader)
ORDER BY user_lists.name, user_lists.id
