-- The primary key gives the order, and most profiles are public. The first page is asked for with
-- after_id = 0. Of a profile that the reader may not see there is the id, the page's cursor.
SELECT
    page.id,
    person.id AS user_id,
    CASE WHEN person.id IS NOT NULL THEN page.display_name END AS display_name,
    CASE WHEN person.id IS NOT NULL THEN page.bio END AS bio
FROM (
    SELECT
        id,
        user_id,
        visibility,
        display_name,
        bio
    FROM user_profiles
    WHERE visibility = :visibility AND visibility <> 'private' AND id > :after_id
    ORDER BY id
    LIMIT 20
) AS page
LEFT JOIN
    LATERAL (
        SELECT users.id
        FROM users
        WHERE
            users.id = page.user_id
            AND users.status = 'active'
            AND (
                page.visibility = 'public'
                OR users.id = :reader
                OR EXISTS (
                    SELECT
                    FROM user_follows
                    WHERE
                        user_follows.follower_id = :reader
                        AND user_follows.following_id = users.id
                )
            )
    ) AS person
    ON TRUE
ORDER BY page.id
