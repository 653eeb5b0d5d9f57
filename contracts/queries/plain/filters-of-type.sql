SELECT id AS feed_id
FROM custom_feeds
WHERE
    EXISTS (
        SELECT FROM feed_filters
        WHERE feed_filters.feed_id = custom_feeds.id AND feed_filters.type = :type
    )
    AND id > :after_feed
ORDER BY id
FETCH FIRST 20 ROWS ONLY
