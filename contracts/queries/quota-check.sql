SELECT
    quota_bytes,
    used_bytes,
    quota_bytes - used_bytes AS available_bytes,
    used_bytes + :file_size_bytes <= quota_bytes AS fits
FROM storage_usage
WHERE user_id = :account
