-- Found first and put in order then: for twenty rows in the order of the primary key, a planner
-- that does not know the user expects to meet them soon, and reads the table. First page:
-- after_id = 0.
WITH found AS MATERIALIZED (
    SELECT
        id,
        conversation_id,
        read_by
    FROM messages
    WHERE read_by @> ARRAY[:account::bigint] AND deleted_at IS NULL
)

SELECT *
FROM found
WHERE id > :after_id
ORDER BY id
LIMIT 20
