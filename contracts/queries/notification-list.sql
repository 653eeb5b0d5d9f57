-- Pages as in followers.sql.
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
    AND (created_at, id) < (:before_time, :before_id)
ORDER BY created_at DESC, id DESC
LIMIT 20
