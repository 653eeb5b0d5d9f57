-- What is found is found first: a planner that expects many such posts would walk down the newest
-- of all posts and look into each.
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
FROM (
    SELECT * FROM posts
    WHERE media_urls @> to_jsonb(cast(:url AS text))
    OFFSET 0
) AS posts
CROSS JOIN
    LATERAL (
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
        LIMIT 1
    ) AS visible
WHERE
    posts.status = 'published'
    AND posts.deleted_at IS NULL
ORDER BY posts.created_at DESC, posts.id DESC
LIMIT 20
