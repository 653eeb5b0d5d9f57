SELECT
    coalesce(sum(file_size_bytes), 0) AS used_bytes,
    coalesce(sum(file_size_bytes) FILTER (WHERE type = 'image'), 0) AS images_bytes,
    coalesce(sum(file_size_bytes) FILTER (WHERE type = 'video'), 0) AS videos_bytes,
    coalesce(sum(file_size_bytes) FILTER (WHERE type = 'audio'), 0) AS audio_bytes,
    coalesce(sum(file_size_bytes) FILTER (WHERE type IN ('gif', 'document')), 0) AS other_bytes
FROM post_media
WHERE user_id = :account
