SELECT
    id,
    user_id,
    comment,
    created_at
FROM reposts
WHERE
    post_id = :post
    AND (created_at, id) < (:before_time, :before_id)
    AND EXISTS (
        SELECT
        FROM posts
        WHERE
            posts.id = :post
            AND posts.status = 'published'
            AND posts.deleted_at IS NULL
            AND EXISTS (
                SELECT
                FROM users
                LEFT JOIN user_profiles ON users.id = user_profiles.user_id
                WHERE
                    users.id = posts.user_id
                    AND users.status = 'active'
                    AND (
                        user_profiles.visibility IS NULL
                        OR user_profiles.visibility = 'public'
                        OR users.id = :reader
                        OR (
                            user_profiles.visibility = 'followers'
                            AND EXISTS (
                                SELECT
                                FROM user_follows
                                WHERE
                                    user_follows.follower_id = :reader
                                    AND user_follows.following_id = users.id
                            )
                        )
                    )
            )
    )
    AND EXISTS (
        SELECT
        FROM users
        LEFT JOIN user_profiles ON users.id = user_profiles.user_id
        WHERE
            users.id = reposts.user_id
            AND users.status = 'active'
            AND (
                user_profiles.visibility IS NULL
                OR user_profiles.visibility = 'public'
                OR users.id = :reader
                OR (
                    user_profiles.visibility = 'followers'
                    AND EXISTS (
                        SELECT
                        FROM user_follows
                        WHERE
                            user_follows.follower_id = :reader
                            AND user_follows.following_id = users.id
                    )
                )
            )
    )
ORDER BY created_at DESC, id DESC
LIMIT 20
