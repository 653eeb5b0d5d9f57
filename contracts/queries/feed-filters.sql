SELECT
    id,
    group_id,
    logical_operator,
    type,
    operator,
    value
FROM feed_filters
WHERE feed_id = :feed
ORDER BY group_id, display_order, id
