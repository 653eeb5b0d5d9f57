SELECT
    id,
    sender_id,
    content,
    read_by,
    created_at
FROM messages
WHERE
    conversation_id = :conversation
    AND conversation_id IN (
        SELECT conversations.id FROM conversations
        WHERE :reader = any(conversations.participant_ids)
    )
    AND deleted_at IS NULL
    AND (
        created_at < :before_time
        OR (created_at = :before_time AND id < :before_id)
    )
ORDER BY created_at DESC, id DESC
FETCH FIRST 20 ROWS ONLY
