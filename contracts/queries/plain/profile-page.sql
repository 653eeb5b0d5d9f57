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
        ) FILTER (WHERE profile_sections.is_visible), '{}'
    ) AS sections
FROM users
INNER JOIN user_profiles ON users.id = user_profiles.user_id
LEFT JOIN profile_sections ON users.id = profile_sections.user_id
WHERE users.username = :username AND users.id IN (SELECT seen.id FROM seen)
GROUP BY users.id, user_profiles.id
