SELECT
    user_lists.id,
    user_lists.name,
    user_lists.description,
    user_lists.is_public
FROM users
INNER JOIN user_lists ON users.id = user_lists.user_id
WHERE users.id = :account
ORDER BY user_lists.name, user_lists.id
