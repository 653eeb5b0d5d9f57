-- By name, the order of the key: a user has no two lists of one name. Private ones are the owner's.
SELECT
    id,
    name,
    description,
    is_public
FROM user_lists
WHERE
    user_id = :account
    AND (is_public = TRUE OR user_id = :reader)
    AND EXISTS (
        SELECT
        FROM users
        LEFT JOIN user_profiles ON users.id = user_profiles.user_id
        WHERE
            users.id = :account
            AND users.status = 'active'
            AND (
                user_profiles.visibility IS NULL
                OR user_profiles.visibility = 'public'
                OR users.id = :reader
                OR (
                    user_profiles.visibility = 'followers'
                    AND EXISTS (
                        SELECT
                        FROM user_follows
                        WHERE
                            user_follows.follower_id = :reader
                            AND user_follows.following_id = users.id
                    )
                )
            )
    )
ORDER BY name
