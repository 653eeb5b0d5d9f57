SELECT
    id,
    conversation_id,
    read_by
FROM messages
WHERE :account = any(read_by) AND deleted_at IS NULL AND id > :after_id
ORDER BY id
FETCH FIRST 20 ROWS ONLY
