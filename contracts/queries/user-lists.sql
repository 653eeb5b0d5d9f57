-- By name, the order of the key: a user has no two lists of one name.
SELECT
    id,
    name,
    description,
    is_public
FROM user_lists
WHERE user_id = :account
ORDER BY name
