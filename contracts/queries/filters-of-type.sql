-- The index holds all that is asked for: no row is read. The first page is asked for with
-- after_feed = 0.
SELECT DISTINCT feed_id
FROM feed_filters
WHERE type = :type AND feed_id > :after_feed
ORDER BY feed_id
LIMIT 20
