-- The GIN index finds the conversations that the user is in; it knows no order, so that all of them
-- are read for each page. It serves @> and no other spelling of it. Pages as in followers.sql.
SELECT
    id,
    participant_ids,
    last_message_at
FROM conversations
WHERE
    participant_ids @> ARRAY[:reader::bigint]
    AND (last_message_at, id) < (:before_time, :before_id)
ORDER BY last_message_at DESC, id DESC
LIMIT 20
