SELECT
    id,
    password_hash,
    status,
    email_verified
FROM users
WHERE email || '' = :email
