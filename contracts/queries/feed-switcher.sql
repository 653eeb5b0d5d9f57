SELECT
    id,
    name,
    is_default
FROM custom_feeds
WHERE user_id = :reader
ORDER BY display_order, id
