SELECT
    username,
    status,
    created_at,
    last_login_at
FROM users
WHERE id = :account
