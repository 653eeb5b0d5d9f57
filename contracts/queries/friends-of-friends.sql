-- The friends are read once and kept. Of their friends, those who are the reader's own and the
-- reader are left out after counting, when there are few of them. Who may not be seen is looked up
-- from the most in common down, until there are twenty; the friends in between count, seen or not.
WITH friend AS MATERIALIZED (
    SELECT user_id_2 AS id FROM friendships
    WHERE user_id_1 = :reader
    UNION ALL
    SELECT user_id_1 AS id FROM friendships
    WHERE user_id_2 = :reader
),

candidate AS (
    SELECT friendships.user_id_2 AS id
    FROM friend
    INNER JOIN friendships ON friend.id = friendships.user_id_1
    UNION ALL
    SELECT friendships.user_id_1 AS id
    FROM friend
    INNER JOIN friendships ON friend.id = friendships.user_id_2
),

known AS (
    SELECT
        candidate.id,
        count(*) AS common
    FROM candidate
    GROUP BY candidate.id
)

SELECT
    best.id,
    users.username,
    best.common
FROM (
    SELECT
        known.id,
        known.common
    FROM known
    WHERE
        known.id <> :reader
        AND known.id NOT IN (SELECT friend.id FROM friend)
    ORDER BY known.common DESC, known.id ASC
) AS best
INNER JOIN users ON best.id = users.id
LEFT JOIN user_profiles ON users.id = user_profiles.user_id
WHERE
    users.status = 'active'
    AND (
        user_profiles.visibility IS NULL
        OR user_profiles.visibility = 'public'
        OR (
            user_profiles.visibility = 'followers'
            AND EXISTS (
                SELECT
                FROM user_follows
                WHERE
                    user_follows.follower_id = :reader
                    AND user_follows.following_id = users.id
            )
        )
    )
ORDER BY best.common DESC, best.id ASC
LIMIT 20
