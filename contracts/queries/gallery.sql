SELECT
    id,
    type,
    file_url,
    mime_type,
    width,
    height,
    duration_seconds,
    thumbnail_url,
    display_order
FROM post_media
WHERE post_id = :post
ORDER BY display_order, id
