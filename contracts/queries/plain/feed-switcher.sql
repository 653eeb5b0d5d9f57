SELECT
    custom_feeds.id,
    custom_feeds.name,
    custom_feeds.is_default
FROM users
INNER JOIN custom_feeds ON users.id = custom_feeds.user_id
WHERE users.id = :reader
ORDER BY custom_feeds.display_order, custom_feeds.id
