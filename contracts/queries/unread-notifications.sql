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
    AND created_at >= coalesce(
        (
            SELECT edge.created_at
            FROM notifications AS edge
            WHERE edge.user_id = :reader AND edge.is_read = FALSE AND edge.created_at < :before_time
            ORDER BY edge.created_at DESC
            LIMIT 1 OFFSET 19
        ),
        '-infinity'
    )
ORDER BY created_at DESC, id DESC
LIMIT 20
