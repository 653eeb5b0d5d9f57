SELECT
    id,
    type,
    actor_id,
    title,
    content,
    action_url,
    created_at
FROM notifications
WHERE
    user_id = :reader
    AND NOT is_read
    AND (
        created_at < :before_time
        OR (created_at = :before_time AND id < :before_id)
    )
ORDER BY created_at DESC, id DESC
FETCH FIRST 20 ROWS ONLY
