SELECT
    id,
    type,
    title,
    content,
    thumbnail_url,
    created_at,
    deleted_at
FROM posts
WHERE
    user_id = :author
    AND status = 'deleted'
    AND (
        created_at < :before_time
        OR (created_at = :before_time AND id < :before_id)
    )
ORDER BY created_at DESC, id DESC
FETCH FIRST 20 ROWS ONLY
