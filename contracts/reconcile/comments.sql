-- Repairs comments.replies_count where it differs from the live replies.
--
-- Run like reconcile/posts.sql, and safe for the same reasons. It walks the comments from the
-- newest down and locks them in that order, as the triggers do.

DO $$
DECLARE
    -- The two times differ as soon as a statement is not the first of its transaction.
    alone CONSTANT boolean := now() = statement_timestamp();
    place bigint := (SELECT max(id) + 1 FROM comments);
    downto bigint;
    drifted bigint[];
    repaired bigint;
BEGIN
    LOOP
        SELECT min(id) INTO downto
        FROM (SELECT id FROM comments WHERE id < place ORDER BY id DESC LIMIT 1000) AS batch;
        EXIT WHEN downto IS NULL;
        drifted := ARRAY(
            SELECT comments.id
            FROM comments
            LEFT JOIN (
                SELECT parent_comment_id, count(*) AS n
                FROM comments
                WHERE
                    parent_comment_id >= downto AND parent_comment_id < place
                    AND deleted_at IS NULL
                GROUP BY parent_comment_id
            ) AS replies ON replies.parent_comment_id = comments.id
            WHERE
                comments.id >= downto AND comments.id < place
                AND comments.replies_count <> COALESCE(replies.n, 0)
        );
        repaired := 0;
        IF drifted <> '{}' THEN
            PERFORM set_config('lock_timeout', '2s', TRUE)
            WHERE alone AND current_setting('lock_timeout') = '0';
            BEGIN
                PERFORM FROM comments WHERE id = ANY(drifted) ORDER BY id DESC FOR NO KEY UPDATE;
            EXCEPTION
                WHEN lock_not_available OR deadlock_detected THEN
                    IF NOT alone THEN
                        RAISE;
                    END IF;
                    drifted := ARRAY(
                        SELECT id FROM comments WHERE id = ANY(drifted)
                        FOR NO KEY UPDATE SKIP LOCKED
                    );
            END;
            UPDATE comments
            SET replies_count = counted.n
            FROM (
                SELECT
                    single.id,
                    (
                        SELECT count(*) FROM comments
                        WHERE parent_comment_id = single.id AND deleted_at IS NULL
                    ) AS n
                FROM unnest(drifted) AS single (id)
            ) AS counted
            WHERE comments.id = counted.id AND comments.replies_count <> counted.n;
            GET DIAGNOSTICS repaired = ROW_COUNT;
        END IF;
        place := downto;
        IF alone THEN
            COMMIT;
        END IF;
        IF repaired > 0 THEN
            RAISE NOTICE '% comments repaired, down to id %', repaired, downto
                USING TABLE = 'comments';
        END IF;
    END LOOP;
END;
$$;
