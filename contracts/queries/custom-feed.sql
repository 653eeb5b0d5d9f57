-- The newest of each type from the index, and of these the newest: with `type = any(...)` the order
-- of the index is lost, and everything since that time is read and sorted.
SELECT page.*
FROM (SELECT DISTINCT unnest(cast(:types AS post_type[])) AS type) AS wanted
CROSS JOIN
    LATERAL (
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
        FROM posts
        WHERE
            posts.type = wanted.type
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
        ORDER BY posts.created_at DESC, posts.id DESC
        LIMIT 20
    ) AS page
ORDER BY page.created_at DESC, page.id DESC
LIMIT 20
