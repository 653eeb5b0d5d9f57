SELECT
    user_profiles.id,
    user_profiles.user_id,
    user_profiles.display_name,
    user_profiles.style_config
FROM user_profiles
WHERE
    user_profiles.style_config || :style = user_profiles.style_config
    AND user_profiles.visibility = 'public'
    AND user_profiles.id > :after_id
ORDER BY user_profiles.id
FETCH FIRST 20 ROWS ONLY
