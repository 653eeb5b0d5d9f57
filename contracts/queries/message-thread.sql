-- For who takes part in it. Pages as in followers.sql.
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
    AND EXISTS (
        SELECT
        FROM conversations
        WHERE
            conversations.id = :conversation
            AND conversations.participant_ids @> ARRAY[:reader::bigint]
    )
ORDER BY created_at DESC, id DESC
LIMIT 20
