-- The primary key gives the order; the few who are not active are passed over. The first page is
-- asked for with after_id = 0.
SELECT
    id,
    username,
    last_login_at
FROM users
WHERE status = 'active' AND id > :after_id
ORDER BY id
LIMIT 20
