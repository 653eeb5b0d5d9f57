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
    media_urls @> to_jsonb(cast(:url AS text))
    AND status = 'published'
    AND deleted_at IS NULL
ORDER BY created_at DESC, id DESC
LIMIT 20
