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
    AND created_at >= :since
    AND (
        likes_count < :before_likes
        OR (likes_count = :before_likes AND created_at < :before_time)
        OR (likes_count = :before_likes AND created_at = :before_time AND id < :before_id)
    )
    AND user_id IN (
        SELECT users.id FROM users
        WHERE users.status = 'active'
    )
    AND (
        user_id = :reader
        OR user_id NOT IN (
            SELECT user_profiles.user_id FROM user_profiles
            WHERE user_profiles.visibility <> 'public'
        )
        OR user_id IN (
            SELECT user_profiles.user_id
            FROM user_profiles
            INNER JOIN user_follows ON user_profiles.user_id = user_follows.following_id
            WHERE user_profiles.visibility = 'followers' AND user_follows.follower_id = :reader
        )
    )
ORDER BY likes_count DESC, created_at DESC, id DESC
FETCH FIRST 20 ROWS ONLY
