SELECT
    id,
    type,
    status,
    title,
    content,
    thumbnail_url,
    likes_count,
    comments_count,
    published_at,
    scheduled_for,
    created_at
FROM posts
WHERE
    user_id = :author
    AND deleted_at IS NULL
    AND (created_at, id) < (:before_time, :before_id)
ORDER BY created_at DESC, id DESC
LIMIT 20
