WITH there AS (
    SELECT id FROM users
    WHERE status NOT IN ('suspended', 'deleted')
)

SELECT
    user_profiles.id,
    there.id AS user_id,
    CASE WHEN there.id > 0 THEN user_profiles.display_name END AS display_name,
    CASE WHEN there.id > 0 THEN user_profiles.style_config END AS style_config
FROM user_profiles
LEFT JOIN there ON user_profiles.user_id = there.id
WHERE
    user_profiles.style_config || :style = user_profiles.style_config
    AND user_profiles.visibility = 'public'
    AND user_profiles.id > :after_id
ORDER BY user_profiles.id
FETCH FIRST 20 ROWS ONLY
