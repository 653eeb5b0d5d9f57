-- Makes the friendships that mutual follows lack.
--
-- Run like reconcile/posts.sql: one statement in a transaction of its own, as the owner, again
-- until the invariant's query returns nothing. A friendship that is there is left alone, also where
-- a follow has ended since.
--
-- It locks the follows before it looks again: somebody who is unfollowing, to end the friendship,
-- is waited for, and is not befriended anew.

DO $$
DECLARE
    lacking bigint[];
BEGIN
    lacking := ARRAY(
        SELECT there.id
        FROM user_follows AS there
        INNER JOIN user_follows AS back
            ON
                there.follower_id = back.following_id
                AND there.following_id = back.follower_id
        LEFT JOIN friendships
            ON
                friendships.user_id_1 = LEAST(there.follower_id, there.following_id)
                AND friendships.user_id_2 = GREATEST(there.follower_id, there.following_id)
        WHERE friendships.id IS NULL
        ORDER BY
            LEAST(there.follower_id, there.following_id),
            GREATEST(there.follower_id, there.following_id)
        LIMIT 2000 -- the two follows of a pair stand together
    );

    PERFORM id FROM user_follows WHERE id = ANY(lacking) ORDER BY id FOR KEY SHARE;

    INSERT INTO friendships (user_id_1, user_id_2)
    SELECT
        there.follower_id,
        there.following_id
    FROM user_follows AS there
    INNER JOIN user_follows AS back
        ON
            there.follower_id = back.following_id
            AND there.following_id = back.follower_id
    WHERE
        there.follower_id < there.following_id
        AND there.id = ANY(lacking)
        AND back.id = ANY(lacking)
    ORDER BY there.follower_id, there.following_id
    ON CONFLICT (user_id_1, user_id_2) DO NOTHING;
END;
$$;
