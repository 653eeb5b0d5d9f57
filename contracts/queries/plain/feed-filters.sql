SELECT
    feed_filters.id,
    feed_filters.group_id,
    feed_filters.logical_operator,
    feed_filters.type,
    feed_filters.operator,
    feed_filters.value
FROM custom_feeds
INNER JOIN feed_filters ON custom_feeds.id = feed_filters.feed_id
WHERE custom_feeds.id = :feed AND custom_feeds.user_id = :reader
ORDER BY feed_filters.group_id, feed_filters.display_order, feed_filters.id
