-- Pages as in followers.sql.
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
    AND created_at >= coalesce(
        (
            SELECT earlier.created_at
            FROM posts AS earlier
            WHERE
                earlier.user_id = :author
                AND earlier.deleted_at IS NULL
                AND earlier.created_at < :before_time
            ORDER BY earlier.created_at DESC
            LIMIT 1 OFFSET 19
        ),
        '-infinity'
    )
ORDER BY created_at DESC, id DESC
LIMIT 20
