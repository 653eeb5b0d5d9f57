WITH seen AS (
    SELECT users.id
    FROM users
    WHERE
        users.status NOT IN ('suspended', 'deleted')
        AND (
            users.id = :reader
            OR users.id NOT IN (
                SELECT user_profiles.user_id FROM user_profiles
                WHERE user_profiles.visibility <> 'public'
            )
            OR users.id IN (
                SELECT user_profiles.user_id
                FROM user_profiles
                INNER JOIN user_follows ON user_profiles.user_id = user_follows.following_id
                WHERE user_profiles.visibility = 'followers' AND user_follows.follower_id = :reader
            )
        )
)

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
    users.id IN (SELECT seen.id FROM seen)
    AND users.id <> :reader
    AND NOT EXISTS (
        SELECT FROM friendships
        WHERE
            friendships.user_id_1 = least(users.id, :reader)
            AND friendships.user_id_2 = greatest(users.id, :reader)
    )
GROUP BY users.id
ORDER BY common DESC, users.id ASC
FETCH FIRST 20 ROWS ONLY
