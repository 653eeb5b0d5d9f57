SELECT
    users.id,
    users.username,
    count(*) AS common
FROM users
INNER JOIN friendships AS theirs ON users.id IN (theirs.user_id_1, theirs.user_id_2)
INNER JOIN friendships AS mine
    ON
        :reader IN (mine.user_id_1, mine.user_id_2)
        AND mine.user_id_1 + mine.user_id_2 - :reader
        = theirs.user_id_1 + theirs.user_id_2 - users.id
WHERE
    users.id <> :reader
    AND NOT EXISTS (
        SELECT FROM friendships
        WHERE
            friendships.user_id_1 = least(users.id, :reader)
            AND friendships.user_id_2 = greatest(users.id, :reader)
    )
GROUP BY users.id
ORDER BY common DESC, users.id ASC
FETCH FIRST 20 ROWS ONLY
