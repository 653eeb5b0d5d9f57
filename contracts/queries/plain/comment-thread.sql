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
    comments.id,
    seen.id AS user_id,
    comments.parent_comment_id,
    comments.likes_count,
    comments.replies_count,
    comments.created_at,
    CASE WHEN seen.id > 0 THEN comments.content END AS content
FROM comments
LEFT JOIN seen ON comments.user_id = seen.id
WHERE
    comments.post_id = :post
    AND comments.deleted_at IS NULL
    AND comments.post_id IN (
        SELECT posts.id
        FROM posts
        INNER JOIN seen AS authors ON posts.user_id = authors.id
        WHERE posts.status = 'published' AND posts.deleted_at IS NULL
    )
    AND (
        comments.created_at < :before_time
        OR (comments.created_at = :before_time AND comments.id < :before_id)
    )
ORDER BY comments.created_at DESC, comments.id DESC
FETCH FIRST 20 ROWS ONLY
