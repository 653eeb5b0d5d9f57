-- Pages as in followers.sql.
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
    AND is_read = FALSE
    AND (created_at, id) < (:before_time, :before_id)
ORDER BY created_at DESC, id DESC
LIMIT 20
