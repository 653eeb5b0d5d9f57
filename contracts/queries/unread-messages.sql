-- For who takes part in it. No index can say who is missing from an array, so that messages are
-- read to be passed over. It is bounded: the hundred latest are looked at, however long the thread
-- and however much of it is read.
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
        AND EXISTS (
            SELECT
            FROM conversations
            WHERE
                conversations.id = :conversation
                AND conversations.participant_ids @> ARRAY[:reader::bigint]
        )
    ORDER BY created_at DESC, id DESC
    LIMIT 100
) AS latest
WHERE sender_id <> :reader AND NOT read_by @> ARRAY[:reader::bigint]
ORDER BY created_at DESC, id DESC
