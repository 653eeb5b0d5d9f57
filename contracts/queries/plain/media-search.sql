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
    EXISTS (
        SELECT
        FROM jsonb_array_elements_text(posts.media_urls) AS files (url)
        WHERE files.url = :url
    )
    AND status = 'published'
    AND deleted_at IS NULL
ORDER BY created_at DESC, id DESC
FETCH FIRST 20 ROWS ONLY
