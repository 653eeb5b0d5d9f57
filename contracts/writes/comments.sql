-- Comments that can be replied to.
SELECT
    user_id AS user,
    id AS comment
FROM comments
WHERE deleted_at IS NULL AND id % 499 = 0
ORDER BY id
LIMIT 400
