SELECT
    id,
    user_id,
    created_at
FROM post_interactions
WHERE
    post_id = :post
    AND type = 'like'
    AND (
        created_at < :before_time
        OR (created_at = :before_time AND id < :before_id)
    )
ORDER BY created_at DESC, id DESC
FETCH FIRST 20 ROWS ONLY
