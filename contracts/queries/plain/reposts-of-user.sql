SELECT
    reposts.id,
    reposts.post_id,
    reposts.comment,
    reposts.created_at
FROM reposts
WHERE
    reposts.user_id = :account
    AND (
        reposts.created_at < :before_time
        OR (reposts.created_at = :before_time AND reposts.id < :before_id)
    )
    AND reposts.post_id IN (
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
    AND reposts.user_id IN (
        SELECT users.id FROM users
        WHERE users.status = 'active'
    )
    AND (
        reposts.user_id = :reader
        OR reposts.user_id NOT IN (
            SELECT user_profiles.user_id FROM user_profiles
            WHERE user_profiles.visibility <> 'public'
        )
        OR reposts.user_id IN (
            SELECT user_profiles.user_id
            FROM user_profiles
            INNER JOIN user_follows ON user_profiles.user_id = user_follows.following_id
            WHERE user_profiles.visibility = 'followers' AND user_follows.follower_id = :reader
        )
    )
ORDER BY reposts.created_at DESC, reposts.id DESC
FETCH FIRST 20 ROWS ONLY
