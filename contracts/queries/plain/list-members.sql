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
    list_members.member_user_id,
    list_members.added_at,
    seen.username,
    seen.display_name
FROM list_members
LEFT JOIN seen ON list_members.member_user_id = seen.id
WHERE
    list_members.list_id IN (
        SELECT user_lists.id
        FROM user_lists
        INNER JOIN seen AS owners ON user_lists.user_id = owners.id
        WHERE user_lists.id = :list AND (user_lists.is_public OR owners.id = :reader)
    )
    AND list_members.member_user_id > :after_user
ORDER BY list_members.member_user_id, list_members.id
FETCH FIRST 20 ROWS ONLY
