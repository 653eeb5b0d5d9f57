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
ORDER BY created_at DESC, id DESC
LIMIT 20
