-- The first page is asked for with before_time = 'infinity' and the highest id, the next with the
-- last row's created_at and id.
--
-- When did each followed account post last? The index alone says so, with one look-up an account.
-- The page reaches no further down than the twentieth of these times: there are twenty posts at or
-- above it. So only the few accounts that posted since are read, and of each at most a page.
--
-- Times equal to before_time are left out of the count, since their posts may belong to the page
-- before; the accounts that have them are read all the same.
WITH head AS MATERIALIZED (
    SELECT
        user_follows.following_id AS user_id,
        newest.created_at
    FROM user_follows
    CROSS JOIN
        LATERAL (
            SELECT posts.created_at
            FROM posts
            WHERE
                posts.user_id = user_follows.following_id
                AND posts.status = 'published'
                AND posts.deleted_at IS NULL
                AND posts.created_at <= :before_time
            ORDER BY posts.created_at DESC
            LIMIT 1
        ) AS newest
    WHERE user_follows.follower_id = :reader
),

edge AS MATERIALIZED (
    SELECT created_at
    FROM head
    WHERE created_at < :before_time
    ORDER BY created_at DESC
    LIMIT 1 OFFSET 19
)

SELECT page.*
FROM head
CROSS JOIN
    LATERAL (
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
        FROM posts
        WHERE
            posts.user_id = head.user_id
            AND posts.status = 'published'
            AND posts.deleted_at IS NULL
            AND (posts.created_at, posts.id) < (:before_time, :before_id)
            AND posts.created_at >= coalesce((SELECT edge.created_at FROM edge), '-infinity')
        ORDER BY posts.created_at DESC, posts.id DESC
        LIMIT 20
    ) AS page
WHERE head.created_at >= coalesce((SELECT edge.created_at FROM edge), '-infinity')
ORDER BY page.created_at DESC, page.id DESC
LIMIT 20
