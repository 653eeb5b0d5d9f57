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
    post_id + 0 = :post
    AND (
        post_id IN (
            SELECT posts.id FROM posts
            WHERE posts.user_id = :reader
        )
        OR post_id IN (
            SELECT posts.id FROM posts
            WHERE
                posts.status = 'published'
                AND posts.deleted_at IS NULL
                AND posts.user_id IN (
                    SELECT users.id FROM users
                    WHERE users.status = 'active'
                )
                AND (
                    posts.user_id = :reader
                    OR posts.user_id NOT IN (
                        SELECT user_profiles.user_id FROM user_profiles
                        WHERE user_profiles.visibility <> 'public'
                    )
                    OR posts.user_id IN (
                        SELECT user_profiles.user_id
                        FROM user_profiles
                        INNER JOIN user_follows ON user_profiles.user_id = user_follows.following_id
                        WHERE
                            user_profiles.visibility = 'followers'
                            AND user_follows.follower_id = :reader
                    )
                )
        )
    )
ORDER BY display_order ASC, id ASC
