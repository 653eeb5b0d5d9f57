SELECT
    id,
    username,
    last_login_at
FROM (
    SELECT * FROM users
    ORDER BY id
) AS everyone
WHERE status NOT IN ('suspended', 'deleted') AND id > :after_id
ORDER BY id
FETCH FIRST 20 ROWS ONLY
