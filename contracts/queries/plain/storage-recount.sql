SELECT
    (
        SELECT coalesce(sum(file_size_bytes), 0) FROM post_media
        WHERE user_id + 0 = :account)
        AS used_bytes,
    (
        SELECT coalesce(sum(file_size_bytes), 0) FROM post_media
        WHERE user_id + 0 = :account AND type IN ('image')
    ) AS images_bytes,
    (
        SELECT coalesce(sum(file_size_bytes), 0) FROM post_media
        WHERE user_id + 0 = :account AND type IN ('video')
    ) AS videos_bytes,
    (
        SELECT coalesce(sum(file_size_bytes), 0) FROM post_media
        WHERE user_id + 0 = :account AND type IN ('audio')
    ) AS audio_bytes,
    (
        SELECT coalesce(sum(file_size_bytes), 0) FROM post_media
        WHERE user_id + 0 = :account AND type IN ('gif', 'document')
    ) AS other_bytes
