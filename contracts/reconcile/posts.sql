-- Repairs posts.likes_count, comments_count and reposts_count where they differ from their rows.
--
-- One statement, to be run as the owner of the tables, in a transaction of its own, while the
-- application goes on writing. A run repairs at most 1000 posts and leaves all others alone, so
-- that no writer waits for long; the nightly job runs it again until the invariants' queries return
-- nothing.
--
-- It locks the posts in id order before it counts: a writer's trigger locks the post as well, so
-- whoever came first is counted and whoever comes later adds to the right number. Locking and
-- counting in one statement would count what was there before the wait. At READ COMMITTED, which
-- is where it belongs, the count sees what was committed during the wait; above, it may fail with
-- 40001 and is run again. Against a transaction that writes to several posts out of id order it may
-- fail with 40P01, and is run again.

DO $$
DECLARE
    drifted bigint[];
BEGIN
    drifted := ARRAY(
        SELECT posts.id
        FROM posts
        LEFT JOIN (
            SELECT post_id, count(*) AS n
            FROM post_interactions
            WHERE type = 'like'
            GROUP BY post_id
        ) AS likes ON likes.post_id = posts.id
        LEFT JOIN (
            SELECT post_id, count(*) AS n
            FROM comments
            WHERE deleted_at IS NULL
            GROUP BY post_id
        ) AS live ON live.post_id = posts.id
        LEFT JOIN (
            SELECT post_id, count(*) AS n
            FROM reposts
            GROUP BY post_id
        ) AS passed ON passed.post_id = posts.id
        WHERE
            posts.likes_count <> COALESCE(likes.n, 0)
            OR posts.comments_count <> COALESCE(live.n, 0)
            OR posts.reposts_count <> COALESCE(passed.n, 0)
        ORDER BY posts.id
        LIMIT 1000
    );

    PERFORM id FROM posts WHERE id = ANY(drifted) ORDER BY id FOR NO KEY UPDATE;

    UPDATE posts
    SET
        likes_count = counted.likes,
        comments_count = counted.live,
        reposts_count = counted.passed
    FROM (
        SELECT
            single.id,
            (
                SELECT count(*) FROM post_interactions
                WHERE post_id = single.id AND type = 'like'
            ) AS likes,
            (
                SELECT count(*) FROM comments
                WHERE post_id = single.id AND deleted_at IS NULL
            ) AS live,
            (SELECT count(*) FROM reposts WHERE post_id = single.id) AS passed
        FROM unnest(drifted) AS single (id)
    ) AS counted
    WHERE
        posts.id = counted.id
        AND (posts.likes_count, posts.comments_count, posts.reposts_count)
        <> (counted.likes, counted.live, counted.passed);
END;
$$;
