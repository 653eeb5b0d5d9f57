SELECT
    id,
    participant_ids,
    last_message_at
FROM conversations
WHERE
    :reader = any(participant_ids)
    AND (
        last_message_at < :before_time
        OR (last_message_at = :before_time AND id < :before_id)
    )
ORDER BY last_message_at DESC, id DESC
FETCH FIRST 20 ROWS ONLY
