-- The first page is asked for with before_time = 'infinity' and the highest id, the next with the
-- last row's created_at and id. The index ends in id, so that it gives the order whole: a page is
-- twenty rows of it, however many are of one time.
SELECT
    page.id,
    page.created_at,
    users.id AS user_id,
    users.username,
    user_profiles.display_name
FROM (
    SELECT
        id,
        created_at,
        follower_id
    FROM user_follows
    WHERE following_id = :account AND (created_at, id) < (:before_time, :before_id)
    ORDER BY created_at DESC, id DESC
    LIMIT 20
) AS page
INNER JOIN users ON page.follower_id = users.id
LEFT JOIN user_profiles ON users.id = user_profiles.user_id
ORDER BY page.created_at DESC, page.id DESC
