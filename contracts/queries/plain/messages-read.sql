WITH mine AS (
    SELECT id FROM conversations
    WHERE :account = any(participant_ids)
)

SELECT
    messages.id,
    mine.id AS conversation_id,
    CASE WHEN mine.id > 0 THEN messages.read_by END AS read_by
FROM messages
LEFT JOIN mine ON messages.conversation_id = mine.id
WHERE :account = any(messages.read_by) AND messages.deleted_at IS NULL AND messages.id > :after_id
ORDER BY messages.id
FETCH FIRST 20 ROWS ONLY
