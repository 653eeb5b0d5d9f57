-- No index can say who is missing from an array, so that messages are read to be passed over. It
-- is bounded: the hundred latest are looked at, however long the thread and however much of it is
-- read. How far down they reach is found first, as in followers.sql.
SELECT
    id,
    sender_id,
    content,
    created_at
FROM (
    SELECT *
    FROM messages
    WHERE
        conversation_id = :conversation
        AND deleted_at IS NULL
        AND created_at >= coalesce(
            (
                SELECT edge.created_at
                FROM messages AS edge
                WHERE edge.conversation_id = :conversation AND edge.deleted_at IS NULL
                ORDER BY edge.created_at DESC
                LIMIT 1 OFFSET 99
            ),
            '-infinity'
        )
    ORDER BY created_at DESC, id DESC
    LIMIT 100
) AS latest
WHERE sender_id <> :reader AND NOT read_by @> ARRAY[:reader::bigint]
ORDER BY created_at DESC, id DESC
