SELECT
    id,
    sender_id,
    content,
    created_at
FROM (
    SELECT
        *,
        row_number() OVER (ORDER BY created_at DESC, id DESC) AS place
    FROM messages
    WHERE
        conversation_id = :conversation
        AND conversation_id IN (
            SELECT conversations.id FROM conversations
            WHERE :reader = any(conversations.participant_ids)
        )
        AND deleted_at IS NULL
) AS placed
WHERE place <= 100 AND sender_id <> :reader AND :reader <> all(read_by)
ORDER BY place
