-- Repairs storage_usage where it differs from the user's media, in total or by type; a user who
-- holds media and has no row gets one, and one without media is set to zero. last_calculated_at
-- says when a row was last repaired. quota_bytes is left alone.
--
-- Run like reconcile/posts.sql, and safe for the same reason: one statement in a transaction of its
-- own, as the owner, again until the invariants' queries return nothing. It locks the rows in
-- the order of their users before it sums.

DO $$
DECLARE
    drifted bigint[];
BEGIN
    drifted := ARRAY(
        SELECT DISTINCT post_media.user_id
        FROM post_media
        LEFT JOIN storage_usage ON post_media.user_id = storage_usage.user_id
        WHERE storage_usage.id IS NULL
        ORDER BY post_media.user_id
        LIMIT 1000
    );
    -- A user who is being deleted is waited for, and gets no row.
    drifted := ARRAY(
        SELECT id FROM users WHERE id = ANY(drifted) ORDER BY id FOR KEY SHARE
    );
    INSERT INTO storage_usage (user_id)
    SELECT user_id FROM unnest(drifted) AS single (user_id) ORDER BY user_id
    ON CONFLICT (user_id) DO NOTHING;

    drifted := ARRAY(
        SELECT storage_usage.user_id
        FROM storage_usage
        LEFT JOIN (
            SELECT
                user_id,
                sum(file_size_bytes) AS used,
                sum(file_size_bytes) FILTER (WHERE type = 'image') AS images,
                sum(file_size_bytes) FILTER (WHERE type = 'video') AS videos,
                sum(file_size_bytes) FILTER (WHERE type = 'audio') AS audio,
                sum(file_size_bytes) FILTER (WHERE type IN ('gif', 'document')) AS other
            FROM post_media
            GROUP BY user_id
        ) AS held ON held.user_id = storage_usage.user_id
        WHERE
            storage_usage.used_bytes <> COALESCE(held.used, 0)
            OR storage_usage.images_bytes <> COALESCE(held.images, 0)
            OR storage_usage.videos_bytes <> COALESCE(held.videos, 0)
            OR storage_usage.audio_bytes <> COALESCE(held.audio, 0)
            OR storage_usage.other_bytes <> COALESCE(held.other, 0)
        ORDER BY storage_usage.user_id
        LIMIT 1000
    );

    PERFORM id FROM storage_usage WHERE user_id = ANY(drifted) ORDER BY user_id FOR NO KEY UPDATE;

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
            COALESCE(sum(file_size_bytes) FILTER (WHERE type IN ('gif', 'document')), 0) AS other
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
END;
$$;
