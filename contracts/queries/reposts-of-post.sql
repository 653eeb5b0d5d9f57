SELECT
    id,
    user_id,
    comment,
    created_at
FROM reposts
WHERE
    post_id = :post
    AND (created_at, id) < (:before_time, :before_id)
ORDER BY created_at DESC, id DESC
LIMIT 20
