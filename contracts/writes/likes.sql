-- Likes that are there.
SELECT
    user_id AS user,
    post_id AS post
FROM post_interactions
WHERE type = 'like' AND id % 1009 = 0
ORDER BY id
LIMIT 400
