-- The first page is asked for with before_likes = 2147483647, before_time = 'infinity' and the
-- highest id, the next with the last row's.
--
-- Two walks down the index: the rest of those with as many likes, then those with fewer. As one
-- comparison of rows it would say the same, but the planner judges that by the likes alone: where
-- they are 0, as of most posts, it expects no row below and sorts all there are. The index has no
-- id, so each walk takes the rows equal to its last one too, and only these are sorted.
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
            AND created_at >= :since
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
            AND created_at >= :since
            AND likes_count < :before_likes
        ORDER BY likes_count DESC, created_at DESC
        FETCH FIRST 20 ROWS WITH TIES
    )
) AS page
ORDER BY page.likes_count DESC, page.created_at DESC, page.id DESC
LIMIT 20
