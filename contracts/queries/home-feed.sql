-- The first page is asked for with before_time = 'infinity' and the highest id, the next with the
-- last row's created_at and id. There are two ways to a page, and the reader's own row count picks.
--
-- Who follows 50 and more: down the newest posts of all, out of the index alone, as many as the
-- reader follows. If twenty of them are the reader's, they are the page.
--
-- Else: when did each account post last below the cursor? The index alone says so, with one look-up
-- an account. None but the twenty latest reaches the page, with those of the twentieth's time,
-- and nothing earlier does.
--
-- Whether the reader may see an account is asked of those alone that reach the page.
WITH followed AS MATERIALIZED (
    SELECT user_follows.following_id AS user_id
    FROM user_follows
    WHERE user_follows.follower_id = :reader
),

walked AS MATERIALIZED (
    SELECT
        recent.id,
        recent.created_at
    FROM (
        SELECT
            posts.id,
            posts.user_id,
            posts.created_at
        FROM posts
        WHERE
            posts.status = 'published'
            AND posts.deleted_at IS NULL
            AND (posts.created_at, posts.id) < (:before_time, :before_id)
        ORDER BY posts.created_at DESC, posts.id DESC
        LIMIT (SELECT CASE WHEN count(*) >= 50 THEN count(*) ELSE 0 END FROM followed)
    ) AS recent
    CROSS JOIN
        LATERAL (
            SELECT
            FROM users
            LEFT JOIN user_profiles ON users.id = user_profiles.user_id
            WHERE
                users.id = recent.user_id
                AND users.status = 'active'
                AND (user_profiles.visibility IS NULL OR user_profiles.visibility <> 'private')
            LIMIT 1
        ) AS visible
    WHERE (recent.user_id IN (SELECT followed.user_id FROM followed)) IS TRUE
    ORDER BY recent.created_at DESC, recent.id DESC
    LIMIT 20
),

head AS MATERIALIZED (
    SELECT
        newest.user_id,
        newest.created_at
    FROM (
        SELECT
            followed.user_id,
            post.created_at
        FROM followed
        CROSS JOIN
            LATERAL (
                SELECT posts.created_at
                FROM posts
                WHERE
                    posts.user_id = followed.user_id
                    AND posts.status = 'published'
                    AND posts.deleted_at IS NULL
                    AND (posts.created_at, posts.id) < (:before_time, :before_id)
                ORDER BY posts.created_at DESC
                LIMIT 1
            ) AS post
        WHERE (SELECT count(*) FROM walked) < 20
        ORDER BY post.created_at DESC
    ) AS newest
    CROSS JOIN
        LATERAL (
            SELECT
            FROM users
            LEFT JOIN user_profiles ON users.id = user_profiles.user_id
            WHERE
                users.id = newest.user_id
                AND users.status = 'active'
                AND (user_profiles.visibility IS NULL OR user_profiles.visibility <> 'private')
            LIMIT 1
        ) AS visible
    ORDER BY newest.created_at DESC
    FETCH FIRST 20 ROWS WITH TIES
),

page AS MATERIALIZED (
    SELECT
        found.id,
        found.created_at
    FROM (
        SELECT
            walked.id,
            walked.created_at
        FROM walked
        UNION DISTINCT
        SELECT
            newest.id,
            newest.created_at
        FROM head
        CROSS JOIN
            LATERAL (
                SELECT
                    posts.id,
                    posts.created_at
                FROM posts
                WHERE
                    posts.user_id = head.user_id
                    AND posts.status = 'published'
                    AND posts.deleted_at IS NULL
                    AND (posts.created_at, posts.id) < (:before_time, :before_id)
                    AND posts.created_at >= coalesce(
                        (
                            SELECT min(last.created_at) FROM head AS last
                            HAVING count(*) >= 20
                        ), '-infinity'
                    )
                ORDER BY posts.created_at DESC, posts.id DESC
                LIMIT 20
            ) AS newest
    ) AS found
    ORDER BY found.created_at DESC, found.id DESC
    LIMIT 20
)

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
FROM page
INNER JOIN posts ON page.id = posts.id
ORDER BY page.created_at DESC, page.id DESC
