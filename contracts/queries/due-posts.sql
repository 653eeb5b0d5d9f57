SELECT
    id,
    user_id,
    scheduled_for
FROM posts
WHERE
    status = 'scheduled'
    AND deleted_at IS NULL
    AND scheduled_for <= :until
ORDER BY scheduled_for, id
LIMIT 100
