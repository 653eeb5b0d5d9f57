SELECT
    posts.id,
    posts.user_id,
    posts.type,
    posts.title,
    posts.content,
    posts.media_urls,
    posts.thumbnail_url,
    posts.likes_count,
    posts.comments_count,
    posts.reposts_count,
    posts.created_at
FROM user_follows
INNER JOIN posts ON user_follows.following_id = posts.user_id
WHERE
    user_follows.follower_id = :reader
    AND posts.type = any(cast(:types AS post_type[]))
    AND posts.status = 'published'
    AND posts.deleted_at IS NULL
    AND posts.created_at >= :since
    AND posts.likes_count >= :least_likes
    AND (posts.created_at, posts.id) < (:before_time, :before_id)
    AND EXISTS (
        SELECT
        FROM users
        LEFT JOIN user_profiles ON users.id = user_profiles.user_id
        WHERE
            users.id = posts.user_id
            AND users.status = 'active'
            AND (user_profiles.visibility IS NULL OR user_profiles.visibility <> 'private')
    )
ORDER BY posts.created_at DESC, posts.id DESC
LIMIT 20
