SELECT quota_bytes - used_bytes AS available_bytes
FROM storage_usage
WHERE user_id + 0 = :account
