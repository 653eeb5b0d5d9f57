-- The primary key gives the order, and most profiles are public. The first page is asked for with
-- after_id = 0.
SELECT
    id,
    user_id,
    display_name,
    bio
FROM user_profiles
WHERE visibility = :visibility AND visibility <> 'private' AND id > :after_id
ORDER BY id
LIMIT 20
