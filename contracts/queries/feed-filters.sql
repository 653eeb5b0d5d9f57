-- A feed is its owner's: nobody else is told what it filters by.
SELECT
    id,
    group_id,
    logical_operator,
    type,
    operator,
    value
FROM feed_filters
WHERE
    feed_id = :feed
    AND EXISTS (
        SELECT
        FROM custom_feeds
        WHERE custom_feeds.id = :feed AND custom_feeds.user_id = :reader
    )
ORDER BY group_id, display_order, id
