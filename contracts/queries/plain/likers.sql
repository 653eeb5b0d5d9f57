WITH seen AS (
    SELECT
        users.id,
        users.username,
        (
            SELECT user_profiles.display_name FROM user_profiles
            WHERE user_profiles.user_id = users.id
        ) AS display_name
    FROM users
    WHERE
        users.status NOT IN ('suspended', 'deleted')
        AND (
            users.id = :reader
            OR users.id NOT IN (
                SELECT user_profiles.user_id FROM user_profiles
                WHERE user_profiles.visibility <> 'public'
            )
            OR users.id IN (
                SELECT user_profiles.user_id
                FROM user_profiles
                INNER JOIN user_follows ON user_profiles.user_id = user_follows.following_id
                WHERE user_profiles.visibility = 'followers' AND user_follows.follower_id = :reader
            )
        )
)

SELECT
    post_interactions.id,
    seen.id AS user_id,
    post_interactions.created_at
FROM post_interactions
LEFT JOIN seen ON post_interactions.user_id = seen.id
WHERE
    post_interactions.post_id = :post
    AND post_interactions.type = 'like'
    AND post_interactions.post_id IN (
        SELECT posts.id
        FROM posts
        INNER JOIN seen AS authors ON posts.user_id = authors.id
        WHERE posts.status = 'published' AND posts.deleted_at IS NULL
    )
    AND (
        post_interactions.created_at < :before_time
        OR (post_interactions.created_at = :before_time AND post_interactions.id < :before_id)
    )
ORDER BY post_interactions.created_at DESC, post_interactions.id DESC
FETCH FIRST 20 ROWS ONLY
