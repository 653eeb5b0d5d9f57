-- Pages and people as in followers.sql.
SELECT
    page.id,
    person.id AS user_id,
    page.created_at
FROM (
    SELECT
        id,
        user_id,
        created_at
    FROM post_interactions
    WHERE
        post_id = :post
        AND type = 'like'
        AND (created_at, id) < (:before_time, :before_id)
        AND EXISTS (
            SELECT
            FROM posts
            INNER JOIN users ON posts.user_id = users.id
            LEFT JOIN user_profiles ON users.id = user_profiles.user_id
            WHERE
                posts.id = :post
                AND posts.status = 'published'
                AND posts.deleted_at IS NULL
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
) AS page
LEFT JOIN
    LATERAL (
        SELECT users.id
        FROM users
        LEFT JOIN user_profiles ON users.id = user_profiles.user_id
        WHERE
            users.id = page.user_id
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
    ) AS person
    ON TRUE
ORDER BY page.created_at DESC, page.id DESC
