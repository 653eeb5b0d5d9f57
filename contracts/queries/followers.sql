-- The first page is asked for with before_time = 'infinity' and the highest id, the next with the
-- last row's created_at and id. The index ends in id, so that it gives the order whole: a page is
-- twenty rows of it, however many are of one time.
--
-- Whom the reader may not see has a row without a name: pages are read on from it, the count is
-- right, and however many there are, a page is twenty look-ups.
SELECT
    page.id,
    page.created_at,
    person.id AS user_id,
    person.username,
    person.display_name
FROM (
    SELECT
        id,
        created_at,
        follower_id
    FROM user_follows
    WHERE
        following_id = :account
        AND (created_at, id) < (:before_time, :before_id)
        AND EXISTS (
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
            users.id = page.follower_id
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
