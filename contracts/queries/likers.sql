-- Pages as in followers.sql.
SELECT
    id,
    user_id,
    created_at
FROM post_interactions
WHERE
    post_id = :post
    AND type = 'like'
    AND (created_at, id) < (:before_time, :before_id)
ORDER BY created_at DESC, id DESC
LIMIT 20
