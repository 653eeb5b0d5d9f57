-- Posts, and a file for each.
SELECT
    user_id AS user,
    id AS post,
    'image' AS type,
    '300000' AS bytes
FROM posts
WHERE id % 997 = 0
ORDER BY id
LIMIT 400
