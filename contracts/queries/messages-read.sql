-- Found first and put in order then: for twenty rows in the order of the primary key, a planner
-- that does not know the user expects to meet them soon, and reads the table. First page:
-- after_id = 0. Of a conversation that the user has left there are the ids alone.
WITH found AS MATERIALIZED (
    SELECT
        id,
        conversation_id,
        read_by
    FROM messages
    WHERE read_by @> ARRAY[:account::bigint] AND deleted_at IS NULL
)

SELECT
    page.id,
    conversations.id AS conversation_id,
    CASE WHEN conversations.id IS NOT NULL THEN page.read_by END AS read_by
FROM (
    SELECT * FROM found
    WHERE id > :after_id
    ORDER BY id
    LIMIT 20
) AS page
LEFT JOIN conversations
    ON
        page.conversation_id = conversations.id
        AND conversations.participant_ids @> ARRAY[:account::bigint]
ORDER BY page.id
