-- A friendship is stored once, the lower id first: one index for each of the two places. A page is
-- taken from each, and of both together the page. Pages and people as in followers.sql.
WITH friend AS (
    (
        SELECT
            id,
            created_at,
            user_id_2 AS user_id
        FROM friendships
        WHERE user_id_1 = :account AND (created_at, id) < (:before_time, :before_id)
        ORDER BY created_at DESC, id DESC
        LIMIT 20
    )
    UNION ALL
    (
        SELECT
            id,
            created_at,
            user_id_1 AS user_id
        FROM friendships
        WHERE user_id_2 = :account AND (created_at, id) < (:before_time, :before_id)
        ORDER BY created_at DESC, id DESC
        LIMIT 20
    )
)

SELECT
    page.id,
    page.created_at,
    person.id AS user_id,
    person.username,
    person.display_name
FROM (
    SELECT * FROM friend
    WHERE
        EXISTS (
            SELECT
            FROM users
            LEFT JOIN user_profiles ON users.id = user_profiles.user_id
            WHERE
                users.id = :account
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
        SELECT
            users.id,
            users.username,
            user_profiles.display_name
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
