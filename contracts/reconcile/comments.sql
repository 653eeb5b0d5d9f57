-- Repairs comments.replies_count where it differs from the live replies.
--
-- Run like reconcile/posts.sql, and safe for the same reason: one statement in a transaction of its
-- own, as the owner, again until the invariant's query returns nothing. It locks the comments from
-- the newest id down, as the triggers do, before it counts.

DO $$
DECLARE
    drifted bigint[];
BEGIN
    drifted := ARRAY(
        SELECT comments.id
        FROM comments
        LEFT JOIN (
            SELECT parent_comment_id, count(*) AS n
            FROM comments
            WHERE parent_comment_id IS NOT NULL AND deleted_at IS NULL
            GROUP BY parent_comment_id
        ) AS replies ON replies.parent_comment_id = comments.id
        WHERE comments.replies_count <> COALESCE(replies.n, 0)
        ORDER BY comments.id DESC
        LIMIT 1000
    );

    PERFORM id FROM comments WHERE id = ANY(drifted) ORDER BY id DESC FOR NO KEY UPDATE;

    UPDATE comments
    SET replies_count = counted.n
    FROM (
        SELECT
            single.id,
            (
                SELECT count(*) FROM comments
                WHERE parent_comment_id = single.id AND deleted_at IS NULL
            ) AS n
        FROM unnest(drifted) AS single (id)
    ) AS counted
    WHERE comments.id = counted.id AND comments.replies_count <> counted.n;
END;
$$;
