-- Repairs storage_usage where it differs from the user's media, in total or by type; a user who
-- holds media and has no row gets one, and one without media is set to zero. last_calculated_at
-- says when a row was last repaired. quota_bytes is left alone.
--
-- Run like reconcile/posts.sql, and safe for the same reasons. It walks the users, and locks the
-- rows in the order of their users before it sums.

DO $$
DECLARE
    -- The two times differ as soon as a statement is not the first of its transaction.
    alone CONSTANT boolean := now() = statement_timestamp();
    last CONSTANT bigint := (SELECT max(id) FROM users);
    place bigint := (SELECT min(id) - 1 FROM users);
    upto bigint;
    drifted bigint[];
    repaired bigint;
BEGIN
    WHILE place < last LOOP
        SELECT max(id) INTO upto
        FROM (SELECT id FROM users WHERE id > place ORDER BY id LIMIT 1000) AS batch;
        EXIT WHEN upto IS NULL;
        drifted := ARRAY(
            SELECT users.id
            FROM users
            LEFT JOIN storage_usage ON storage_usage.user_id = users.id
            LEFT JOIN (
                SELECT
                    user_id,
                    sum(file_size_bytes) AS used,
                    sum(file_size_bytes) FILTER (WHERE type = 'image') AS images,
                    sum(file_size_bytes) FILTER (WHERE type = 'video') AS videos,
                    sum(file_size_bytes) FILTER (WHERE type = 'audio') AS audio,
                    sum(file_size_bytes) FILTER (WHERE type IN ('gif', 'document')) AS other
                FROM post_media
                WHERE user_id > place AND user_id <= upto
                GROUP BY user_id
            ) AS held ON held.user_id = users.id
            WHERE
                users.id > place AND users.id <= upto
                AND (
                    (storage_usage.id IS NULL AND held.used IS NOT NULL)
                    OR storage_usage.used_bytes <> COALESCE(held.used, 0)
                    OR storage_usage.images_bytes <> COALESCE(held.images, 0)
                    OR storage_usage.videos_bytes <> COALESCE(held.videos, 0)
                    OR storage_usage.audio_bytes <> COALESCE(held.audio, 0)
                    OR storage_usage.other_bytes <> COALESCE(held.other, 0)
                )
        );
        repaired := 0;
        IF drifted <> '{}' THEN
            PERFORM set_config('lock_timeout', '2s', TRUE)
            WHERE alone AND current_setting('lock_timeout') = '0';
            BEGIN
                -- A user who is being deleted is waited for, and gets no row.
                INSERT INTO storage_usage (user_id)
                SELECT id
                FROM (
                    SELECT id
                    FROM users
                    WHERE
                        id = ANY(drifted)
                        AND NOT EXISTS (SELECT FROM storage_usage WHERE user_id = users.id)
                    ORDER BY id
                    FOR KEY SHARE
                ) AS lacking
                ON CONFLICT (user_id) DO NOTHING;

                PERFORM FROM storage_usage
                WHERE user_id = ANY(drifted)
                ORDER BY user_id
                FOR NO KEY UPDATE;
            EXCEPTION
                WHEN lock_not_available OR deadlock_detected THEN
                    IF NOT alone THEN
                        RAISE;
                    END IF;
                    drifted := ARRAY(
                        SELECT user_id FROM storage_usage WHERE user_id = ANY(drifted)
                        FOR NO KEY UPDATE SKIP LOCKED
                    );
            END;
            UPDATE storage_usage
            SET
                used_bytes = held.used,
                images_bytes = held.images,
                videos_bytes = held.videos,
                audio_bytes = held.audio,
                other_bytes = held.other,
                last_calculated_at = clock_timestamp()
            FROM (
                SELECT
                    single.user_id,
                    COALESCE(sum(file_size_bytes), 0) AS used,
                    COALESCE(sum(file_size_bytes) FILTER (WHERE type = 'image'), 0) AS images,
                    COALESCE(sum(file_size_bytes) FILTER (WHERE type = 'video'), 0) AS videos,
                    COALESCE(sum(file_size_bytes) FILTER (WHERE type = 'audio'), 0) AS audio,
                    COALESCE(
                        sum(file_size_bytes) FILTER (WHERE type IN ('gif', 'document')), 0
                    ) AS other
                FROM unnest(drifted) AS single (user_id)
                LEFT JOIN post_media ON single.user_id = post_media.user_id
                GROUP BY single.user_id
            ) AS held
            WHERE
                storage_usage.user_id = held.user_id
                AND (
                    storage_usage.used_bytes,
                    storage_usage.images_bytes,
                    storage_usage.videos_bytes,
                    storage_usage.audio_bytes,
                    storage_usage.other_bytes
                ) <> (held.used, held.images, held.videos, held.audio, held.other);
            GET DIAGNOSTICS repaired = ROW_COUNT;
        END IF;
        place := upto;
        IF alone THEN
            COMMIT;
        END IF;
        IF repaired > 0 THEN
            RAISE NOTICE '% storage_usage rows repaired, up to user % of %', repaired, upto, last
                USING TABLE = 'storage_usage';
        END IF;
    END LOOP;
END;
$$;
