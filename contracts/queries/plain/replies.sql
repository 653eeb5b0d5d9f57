SELECT
    id,
    user_id,
    content,
    likes_count,
    replies_count,
    created_at
FROM comments
WHERE
    parent_comment_id = :comment
    AND deleted_at IS NULL
    AND (
        created_at < :before_time
        OR (created_at = :before_time AND id < :before_id)
    )
ORDER BY created_at DESC, id DESC
FETCH FIRST 20 ROWS ONLY
