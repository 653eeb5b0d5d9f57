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
    section_content.id,
    section_content.content_type,
    section_content.title,
    section_content.content,
    section_content.url
FROM section_content
INNER JOIN profile_sections ON section_content.section_id = profile_sections.id
INNER JOIN seen ON profile_sections.user_id = seen.id
WHERE
    profile_sections.id = :section
    AND (profile_sections.is_visible OR seen.id = :reader)
ORDER BY section_content.display_order, section_content.id
