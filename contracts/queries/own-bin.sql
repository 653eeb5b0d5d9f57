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
    AND (created_at, id) < (:before_time, :before_id)
ORDER BY created_at DESC, id DESC
LIMIT 20
