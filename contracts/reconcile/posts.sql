-- Repairs posts.likes_count, comments_count and reposts_count where they differ from their rows.
--
-- One walk over the posts, a thousand at a time, while the application goes on writing. To be run
-- as the owner of the tables, by psql -f or vrss-contract reconcile. Run by itself it commits after
-- each batch: whoever interrupts it loses none, and a notice tells of each that it had to repair.
-- Inside of a transaction it leaves the commit to that.
--
-- A post that is right is neither locked nor written. Those that drifted are locked in id order
-- before they are counted: a writer's trigger locks the post as well, so whoever came first is
-- counted and whoever comes later adds to the right number. Locking and counting in one statement
-- would count what was there before the wait. At READ COMMITTED, where it belongs, the count sees
-- what was committed during the wait; above, it may fail with 40001 and is run again.
--
-- Run by itself it waits for a post for two seconds and then repairs those of the batch that are
-- free, so that nobody stands behind it while it stands behind a transaction that does not end. Run
-- again for those that are left.

DO $$
DECLARE
    -- The two times differ as soon as a statement is not the first of its transaction.
    alone CONSTANT boolean := now() = statement_timestamp();
    last CONSTANT bigint := (SELECT max(id) FROM posts);
    place bigint := (SELECT min(id) - 1 FROM posts);
    upto bigint;
    drifted bigint[];
    repaired bigint;
BEGIN
    WHILE place < last LOOP
        SELECT max(id) INTO upto
        FROM (SELECT id FROM posts WHERE id > place ORDER BY id LIMIT 1000) AS batch;
        EXIT WHEN upto IS NULL;
        drifted := ARRAY(
            SELECT posts.id
            FROM posts
            LEFT JOIN (
                SELECT post_id, count(*) AS n FROM post_interactions
                WHERE post_id > place AND post_id <= upto AND type = 'like'
                GROUP BY post_id
            ) AS likes ON likes.post_id = posts.id
            LEFT JOIN (
                SELECT post_id, count(*) AS n FROM comments
                WHERE post_id > place AND post_id <= upto AND deleted_at IS NULL
                GROUP BY post_id
            ) AS live ON live.post_id = posts.id
            LEFT JOIN (
                SELECT post_id, count(*) AS n FROM reposts
                WHERE post_id > place AND post_id <= upto
                GROUP BY post_id
            ) AS passed ON passed.post_id = posts.id
            WHERE
                posts.id > place AND posts.id <= upto
                AND (posts.likes_count, posts.comments_count, posts.reposts_count)
                <> (COALESCE(likes.n, 0), COALESCE(live.n, 0), COALESCE(passed.n, 0))
        );
        repaired := 0;
        IF drifted <> '{}' THEN
            PERFORM set_config('lock_timeout', '2s', TRUE)
            WHERE alone AND current_setting('lock_timeout') = '0';
            BEGIN
                PERFORM FROM posts WHERE id = ANY(drifted) ORDER BY id FOR NO KEY UPDATE;
            EXCEPTION
                WHEN lock_not_available OR deadlock_detected THEN
                    IF NOT alone THEN
                        RAISE;
                    END IF;
                    drifted := ARRAY(
                        SELECT id FROM posts WHERE id = ANY(drifted)
                        FOR NO KEY UPDATE SKIP LOCKED
                    );
            END;
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
            GET DIAGNOSTICS repaired = ROW_COUNT;
        END IF;
        place := upto;
        IF alone THEN
            COMMIT;
        END IF;
        IF repaired > 0 THEN
            RAISE NOTICE '% posts repaired, up to id % of %', repaired, upto, last
                USING TABLE = 'posts';
        END IF;
    END LOOP;
END;
$$;
