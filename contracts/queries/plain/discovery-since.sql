SELECT
    id,
    user_id,
    type,
    title,
    content,
    media_urls,
    thumbnail_url,
    likes_count,
    comments_count,
    reposts_count,
    created_at
FROM posts
WHERE
    status = 'published'
    AND deleted_at IS NULL
    AND created_at >= :since
    AND (
        likes_count < :before_likes
        OR (likes_count = :before_likes AND created_at < :before_time)
        OR (likes_count = :before_likes AND created_at = :before_time AND id < :before_id)
    )
ORDER BY likes_count DESC, created_at DESC, id DESC
FETCH FIRST 20 ROWS ONLY
