-- A post's or a user's end in small transactions, for those whom one DELETE would take seconds.
-- What is to go is hidden first, then what hangs on it goes a thousand rows at a time, and the row
-- itself last.
-- Nobody waits for longer than one batch takes, and each commit leaves every count right.
--
-- Load this file once, as the owner of the tables. Then, outside of a transaction and with no
-- statement_timeout:
--     CALL delete_user_in_batches(42);
--     CALL delete_post_in_batches(4711, 500);
-- Whatever ends a call, be it a deadlock with a writer of many rows, call it again: it goes on with
-- what is left. What is written to a hidden post meanwhile goes with the last DELETE.

-- The ids are listed once: to look for the next thousand each time would read the dead rows of all
-- batches before, for as long as some old transaction keeps them.
CREATE OR REPLACE PROCEDURE delete_listed_in_batches(
    victims regclass, listing text, owner_id bigint, batch_size integer
)
LANGUAGE plpgsql
AS $$
DECLARE
    listed bigint[];
BEGIN
    EXECUTE format('SELECT ARRAY(%s)', listing) INTO listed USING owner_id;
    FOR place IN 1 .. cardinality(listed) BY batch_size LOOP
        EXECUTE format('DELETE FROM %s WHERE id = ANY($1)', victims)
        USING listed[place:place + batch_size - 1];
        COMMIT;
    END LOOP;
END;
$$;

-- Threads go from the newest comment down, so that no comment takes a thread with it. Notices of
-- comments go before them.
CREATE OR REPLACE PROCEDURE delete_post_in_batches(victim bigint, batch_size integer DEFAULT 1000)
LANGUAGE plpgsql
AS $$
BEGIN
    UPDATE posts SET status = 'deleted', deleted_at = now()
    WHERE id = victim AND deleted_at IS NULL;
    COMMIT;
    CALL delete_listed_in_batches(
        'notifications', 'SELECT id FROM notifications WHERE post_id = $1', victim, batch_size
    );
    CALL delete_listed_in_batches(
        'comments',
        'WITH RECURSIVE thread AS (
            SELECT id FROM comments WHERE post_id = $1
            UNION
            SELECT comments.id
            FROM thread
            INNER JOIN comments ON thread.id = comments.parent_comment_id
        )
        SELECT id FROM thread ORDER BY id DESC',
        victim,
        batch_size
    );
    CALL delete_listed_in_batches(
        'post_interactions',
        'SELECT id FROM post_interactions WHERE post_id = $1',
        victim,
        batch_size
    );
    CALL delete_listed_in_batches(
        'reposts', 'SELECT id FROM reposts WHERE post_id = $1', victim, batch_size
    );
    CALL delete_listed_in_batches(
        'post_media', 'SELECT id FROM post_media WHERE post_id = $1', victim, batch_size
    );
    DELETE FROM posts WHERE id = victim;
    COMMIT;
END;
$$;

-- What a user has few of (profile, sections, feeds, subscriptions) goes with the user.
CREATE OR REPLACE PROCEDURE delete_user_in_batches(victim bigint, batch_size integer DEFAULT 1000)
LANGUAGE plpgsql
AS $$
BEGIN
    UPDATE users SET status = 'deleted', deleted_at = now()
    WHERE id = victim AND deleted_at IS NULL;
    COMMIT;
    CALL delete_listed_in_batches(
        'notifications',
        'SELECT id FROM notifications WHERE user_id = $1
        UNION
        SELECT id FROM notifications WHERE actor_id = $1
        UNION
        SELECT notifications.id
        FROM posts
        INNER JOIN notifications ON posts.id = notifications.post_id
        WHERE posts.user_id = $1',
        victim,
        batch_size
    );
    CALL delete_listed_in_batches(
        'comments',
        'WITH RECURSIVE thread AS (
            SELECT id FROM comments WHERE user_id = $1
            UNION
            SELECT comments.id
            FROM posts
            INNER JOIN comments ON posts.id = comments.post_id
            WHERE posts.user_id = $1
            UNION
            SELECT comments.id
            FROM thread
            INNER JOIN comments ON thread.id = comments.parent_comment_id
        )
        SELECT id FROM thread ORDER BY id DESC',
        victim,
        batch_size
    );
    CALL delete_listed_in_batches(
        'post_interactions',
        'SELECT id FROM post_interactions WHERE user_id = $1
        UNION
        SELECT post_interactions.id
        FROM posts
        INNER JOIN post_interactions ON posts.id = post_interactions.post_id
        WHERE posts.user_id = $1',
        victim,
        batch_size
    );
    CALL delete_listed_in_batches(
        'reposts',
        'SELECT id FROM reposts WHERE user_id = $1
        UNION
        SELECT reposts.id
        FROM posts
        INNER JOIN reposts ON posts.id = reposts.post_id
        WHERE posts.user_id = $1',
        victim,
        batch_size
    );
    CALL delete_listed_in_batches(
        'post_media',
        'SELECT id FROM post_media WHERE user_id = $1
        UNION
        SELECT post_media.id
        FROM posts
        INNER JOIN post_media ON posts.id = post_media.post_id
        WHERE posts.user_id = $1',
        victim,
        batch_size
    );
    CALL delete_listed_in_batches(
        'posts', 'SELECT id FROM posts WHERE user_id = $1', victim, batch_size
    );
    CALL delete_listed_in_batches(
        'user_follows',
        'SELECT id FROM user_follows WHERE follower_id = $1
        UNION
        SELECT id FROM user_follows WHERE following_id = $1',
        victim,
        batch_size
    );
    CALL delete_listed_in_batches(
        'friendships',
        'SELECT id FROM friendships WHERE user_id_1 = $1
        UNION
        SELECT id FROM friendships WHERE user_id_2 = $1',
        victim,
        batch_size
    );
    CALL delete_listed_in_batches(
        'messages', 'SELECT id FROM messages WHERE sender_id = $1', victim, batch_size
    );
    CALL delete_listed_in_batches(
        'list_members',
        'SELECT id FROM list_members WHERE member_user_id = $1
        UNION
        SELECT list_members.id
        FROM user_lists
        INNER JOIN list_members ON user_lists.id = list_members.list_id
        WHERE user_lists.user_id = $1',
        victim,
        batch_size
    );
    DELETE FROM users WHERE id = victim;
    COMMIT;
END;
$$;
