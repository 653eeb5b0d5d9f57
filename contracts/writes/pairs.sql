-- Users and others that they do not follow.
SELECT
    one.id AS user,
    other.id AS other_user
FROM generate_series(1, 400) AS n
INNER JOIN users AS one ON one.id = n * 7919 % (SELECT count(*) FROM users) + 1
INNER JOIN users AS other ON other.id = n::bigint * 15485863 % (SELECT count(*) FROM users) + 1
WHERE
    one.id <> other.id
    AND NOT EXISTS (
        SELECT FROM user_follows AS there
        WHERE there.follower_id = one.id AND there.following_id = other.id
    )
ORDER BY n
