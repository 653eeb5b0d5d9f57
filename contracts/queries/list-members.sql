-- By member, the order of the key. The first page is asked for with after_user = 0. A private
-- list is its owner's; people as in followers.sql.
SELECT
    page.member_user_id,
    page.added_at,
    person.username,
    person.display_name
FROM (
    SELECT
        member_user_id,
        added_at
    FROM list_members
    WHERE
        list_id = :list
        AND member_user_id > :after_user
        AND EXISTS (
            SELECT
            FROM user_lists
            INNER JOIN users ON user_lists.user_id = users.id
            LEFT JOIN user_profiles ON users.id = user_profiles.user_id
            WHERE
                user_lists.id = :list
                AND (user_lists.is_public = TRUE OR user_lists.user_id = :reader)
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
    ORDER BY member_user_id
    LIMIT 20
) AS page
LEFT JOIN
    LATERAL (
        SELECT
            users.username,
            user_profiles.display_name
        FROM users
        LEFT JOIN user_profiles ON users.id = user_profiles.user_id
        WHERE
            users.id = page.member_user_id
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
ORDER BY page.member_user_id
