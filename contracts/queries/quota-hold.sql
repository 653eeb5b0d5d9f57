-- In the transaction that inserts the file: a second upload of the same user waits here.
SELECT quota_bytes - used_bytes AS available_bytes
FROM storage_usage
WHERE user_id = :account
FOR UPDATE
