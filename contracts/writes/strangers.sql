-- Users and posts that they have neither liked nor reposted.
SELECT
    reader.id AS user,
    post.id AS post
FROM generate_series(1, 400) AS n
INNER JOIN users AS reader ON reader.id = n * 7919 % (SELECT count(*) FROM users) + 1
INNER JOIN posts AS post ON post.id = n * 104729 % (SELECT count(*) FROM posts) + 1
WHERE
    NOT EXISTS (
        SELECT FROM post_interactions AS liked
        WHERE liked.user_id = reader.id AND liked.post_id = post.id
    )
    AND NOT EXISTS (
        SELECT FROM reposts AS passed
        WHERE passed.user_id = reader.id AND passed.post_id = post.id
    )
ORDER BY n
