-- Pages as in followers.sql.
SELECT
    id,
    sender_id,
    content,
    read_by,
    created_at
FROM messages
WHERE
    conversation_id = :conversation
    AND deleted_at IS NULL
    AND (created_at, id) < (:before_time, :before_id)
    AND created_at >= coalesce(
        (
            SELECT edge.created_at
            FROM messages AS edge
            WHERE
                edge.conversation_id = :conversation
                AND edge.deleted_at IS NULL
                AND edge.created_at < :before_time
            ORDER BY edge.created_at DESC
            LIMIT 1 OFFSET 19
        ),
        '-infinity'
    )
ORDER BY created_at DESC, id DESC
LIMIT 20
