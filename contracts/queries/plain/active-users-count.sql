SELECT sum(CASE WHEN status = 'active' THEN 1 ELSE 0 END) AS active
FROM users
