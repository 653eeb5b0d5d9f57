-- Makes the friendships that mutual follows lack. A friendship that is there is left alone, also
-- where a follow has ended since.
--
-- Run like reconcile/posts.sql. It walks the follows by their pairs, and locks those that lack a
-- friendship before it looks again: somebody who is unfollowing, to end the friendship, is waited
-- for, and is not befriended anew.

DO $$
DECLARE
    -- The two times differ as soon as a statement is not the first of its transaction.
    alone CONSTANT boolean := now() = statement_timestamp();
    last CONSTANT bigint := (SELECT max(follower_id) FROM user_follows);
    place record;
    upto record;
    lacking bigint[];
    made bigint;
BEGIN
    SELECT min(follower_id) - 1 AS follower, 0::bigint AS target INTO place FROM user_follows;
    LOOP
        SELECT follower_id AS follower, following_id AS target INTO upto
        FROM (
            SELECT follower_id, following_id
            FROM user_follows
            WHERE (follower_id, following_id) > (place.follower, place.target)
            ORDER BY follower_id, following_id
            LIMIT 1000
        ) AS batch
        ORDER BY follower_id DESC, following_id DESC
        LIMIT 1;
        EXIT WHEN NOT FOUND;
        lacking := ARRAY(
            SELECT unnest(ARRAY[there.id, back.id])
            FROM user_follows AS there
            INNER JOIN user_follows AS back
                ON
                    there.follower_id = back.following_id
                    AND there.following_id = back.follower_id
            LEFT JOIN friendships
                ON
                    friendships.user_id_1 = there.follower_id
                    AND friendships.user_id_2 = there.following_id
            WHERE
                (there.follower_id, there.following_id) > (place.follower, place.target)
                AND (there.follower_id, there.following_id) <= (upto.follower, upto.target)
                AND there.follower_id < there.following_id
                AND friendships.id IS NULL
        );
        made := 0;
        IF lacking <> '{}' THEN
            PERFORM set_config('lock_timeout', '2s', TRUE)
            WHERE alone AND current_setting('lock_timeout') = '0';
            BEGIN
                PERFORM FROM user_follows WHERE id = ANY(lacking) ORDER BY id FOR KEY SHARE;

                INSERT INTO friendships (user_id_1, user_id_2)
                SELECT
                    there.follower_id,
                    there.following_id
                FROM user_follows AS there
                INNER JOIN user_follows AS back
                    ON
                        there.follower_id = back.following_id
                        AND there.following_id = back.follower_id
                WHERE
                    there.follower_id < there.following_id
                    AND there.id = ANY(lacking)
                    AND back.id = ANY(lacking)
                ORDER BY there.follower_id, there.following_id
                ON CONFLICT (user_id_1, user_id_2) DO NOTHING;
                GET DIAGNOSTICS made = ROW_COUNT;
            EXCEPTION
                WHEN lock_not_available OR deadlock_detected THEN
                    IF NOT alone THEN
                        RAISE;
                    END IF;
            END;
        END IF;
        place := upto;
        IF alone THEN
            COMMIT;
        END IF;
        IF made > 0 THEN
            RAISE NOTICE '% friendships made, up to those of user % of %', made, upto.follower, last
                USING TABLE = 'friendships';
        END IF;
    END LOOP;
END;
$$;
