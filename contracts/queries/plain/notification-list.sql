SELECT
    id,
    type,
    actor_id,
    title,
    content,
    action_url,
    is_read,
    created_at
FROM notifications
WHERE
    user_id = :reader
    AND (
        created_at < :before_time
        OR (created_at = :before_time AND id < :before_id)
    )
ORDER BY created_at DESC, id DESC
FETCH FIRST 20 ROWS ONLY
