WITH seen AS (
    SELECT users.id
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
    user_profiles.id,
    seen.id AS user_id,
    CASE WHEN seen.id > 0 THEN user_profiles.display_name END AS display_name,
    CASE WHEN seen.id > 0 THEN user_profiles.bio END AS bio
FROM user_profiles
LEFT JOIN seen ON user_profiles.user_id = seen.id
WHERE
    user_profiles.visibility || '' = :visibility
    AND user_profiles.visibility IN ('public', 'followers')
    AND user_profiles.id > :after_id
ORDER BY user_profiles.id
FETCH FIRST 20 ROWS ONLY
