-- Pages as in followers.sql.
SELECT
    id,
    post_id,
    comment,
    created_at
FROM reposts
WHERE
    user_id = :account
    AND (created_at, id) < (:before_time, :before_id)
    AND created_at >= coalesce(
        (
            SELECT earlier.created_at
            FROM reposts AS earlier
            WHERE
                earlier.user_id = :account
                AND earlier.created_at < :before_time
            ORDER BY earlier.created_at DESC
            LIMIT 1 OFFSET 19
        ),
        '-infinity'
    )
ORDER BY created_at DESC, id DESC
LIMIT 20
