SELECT
    id,
    post_id,
    comment,
    created_at
FROM reposts
WHERE
    user_id = :account
    AND (
        created_at < :before_time
        OR (created_at = :before_time AND id < :before_id)
    )
ORDER BY created_at DESC, id DESC
FETCH FIRST 20 ROWS ONLY
