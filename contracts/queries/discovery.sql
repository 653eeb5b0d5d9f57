-- The first page is asked for with before_likes = 2147483647, before_time = 'infinity' and the
-- highest id, the next with the last row's.
SELECT
    id,
    user_id,
    type,
    title,
    content,
    media_urls,
    thumbnail_url,
    likes_count,
    comments_count,
    reposts_count,
    created_at
FROM posts
WHERE
    status = 'published'
    AND deleted_at IS NULL
    AND (likes_count, created_at, id) < (:before_likes, :before_time, :before_id)
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
ORDER BY likes_count DESC, created_at DESC, id DESC
LIMIT 20
