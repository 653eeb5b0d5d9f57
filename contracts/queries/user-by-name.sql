SELECT
    id,
    username,
    status
FROM users
WHERE username = :username
