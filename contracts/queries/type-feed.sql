-- Pages as in followers.sql.
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
    type = :type
    AND status = 'published'
    AND deleted_at IS NULL
    AND (created_at, id) < (:before_time, :before_id)
    AND created_at >= coalesce(
        (
            SELECT earlier.created_at
            FROM posts AS earlier
            WHERE
                earlier.type = :type
                AND earlier.status = 'published'
                AND earlier.deleted_at IS NULL
                AND earlier.created_at < :before_time
            ORDER BY earlier.created_at DESC
            LIMIT 1 OFFSET 19
        ),
        '-infinity'
    )
ORDER BY created_at DESC, id DESC
LIMIT 20
