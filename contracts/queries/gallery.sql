SELECT
    id,
    type,
    file_url,
    mime_type,
    width,
    height,
    duration_seconds,
    thumbnail_url,
    display_order
FROM post_media
WHERE
    post_id = :post
    AND EXISTS (
        SELECT
        FROM posts
        WHERE
            posts.id = :post
            AND (
                posts.user_id = :reader
                OR (
                    posts.status = 'published'
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
            )
    )
ORDER BY display_order, id
