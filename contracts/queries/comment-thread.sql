-- Pages as in followers.sql.
SELECT
    id,
    user_id,
    parent_comment_id,
    content,
    likes_count,
    replies_count,
    created_at
FROM comments
WHERE
    post_id = :post
    AND deleted_at IS NULL
    AND (created_at, id) < (:before_time, :before_id)
    AND created_at >= coalesce(
        (
            SELECT earlier.created_at
            FROM comments AS earlier
            WHERE
                earlier.post_id = :post
                AND earlier.deleted_at IS NULL
                AND earlier.created_at < :before_time
            ORDER BY earlier.created_at DESC
            LIMIT 1 OFFSET 19
        ),
        '-infinity'
    )
ORDER BY created_at DESC, id DESC
LIMIT 20
