-- Pages as in discovery.sql.
SELECT page.*
FROM (
    (
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
            AND type = any(cast(:types AS post_type[]))
            AND created_at >= :since
            AND likes_count >= :least_likes
            AND likes_count = :before_likes
            AND (created_at, id) < (:before_time, :before_id)
        ORDER BY created_at DESC
        FETCH FIRST 20 ROWS WITH TIES
    )
    UNION ALL
    (
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
            AND type = any(cast(:types AS post_type[]))
            AND created_at >= :since
            AND likes_count >= :least_likes
            AND likes_count < :before_likes
        ORDER BY likes_count DESC, created_at DESC
        FETCH FIRST 20 ROWS WITH TIES
    )
) AS page
ORDER BY page.likes_count DESC, page.created_at DESC, page.id DESC
LIMIT 20
