SELECT
    id,
    user_id,
    display_name,
    bio
FROM user_profiles
WHERE visibility || '' = :visibility AND visibility IN ('public', 'followers') AND id > :after_id
ORDER BY id
FETCH FIRST 20 ROWS ONLY
