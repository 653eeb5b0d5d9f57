-- A section that is not shown is its owner's, and one of a profile follows the profile.
SELECT
    id,
    content_type,
    title,
    content,
    url
FROM section_content
WHERE
    section_id = :section
    AND EXISTS (
        SELECT
        FROM profile_sections
        INNER JOIN users ON profile_sections.user_id = users.id
        LEFT JOIN user_profiles ON users.id = user_profiles.user_id
        WHERE
            profile_sections.id = :section
            AND (profile_sections.is_visible = TRUE OR profile_sections.user_id = :reader)
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
ORDER BY display_order, id
