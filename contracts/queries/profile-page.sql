-- Everything in one row, so that there is one round trip and nothing of the profile is repeated for
-- each section. Whom the reader may not see has no page, as if there were nobody of that name.
SELECT
    users.id,
    users.username,
    users.created_at,
    user_profiles.display_name,
    user_profiles.bio,
    user_profiles.location,
    user_profiles.website,
    user_profiles.visibility,
    user_profiles.background_config,
    user_profiles.music_config,
    user_profiles.style_config,
    user_profiles.layout_config,
    shown.sections
FROM users
INNER JOIN user_profiles ON users.id = user_profiles.user_id
CROSS JOIN
    LATERAL (
        SELECT
            coalesce(
                array_agg(
                    jsonb_build_object(
                        'id', profile_sections.id,
                        'type', profile_sections.type,
                        'title', profile_sections.title,
                        'description', profile_sections.description,
                        'config', profile_sections.config
                    )
                    ORDER BY profile_sections.display_order, profile_sections.id
                ),
                '{}'
            ) AS sections
        FROM profile_sections
        WHERE profile_sections.user_id = users.id AND profile_sections.is_visible = TRUE
    ) AS shown
WHERE
    users.username = :username
    AND users.status = 'active'
    AND (
        user_profiles.visibility = 'public'
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
