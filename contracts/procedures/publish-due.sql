-- Publishes what is due, the longest waiting first, at most a hundred posts. The application's
-- scheduler runs it every minute, and again at once while it says that it updated a hundred;
-- several may run it at a time. A post that is published for the first time begins its life in the
-- feeds now, so created_at, which they are ordered by, is now; one that was out before keeps its
-- place.
UPDATE posts
SET
    status = 'published',
    published_at = coalesce(posts.published_at, now()),
    created_at = CASE WHEN posts.published_at IS NULL THEN now() ELSE posts.created_at END
FROM (
    SELECT id
    FROM posts
    WHERE
        status = 'scheduled'
        AND deleted_at IS NULL
        AND scheduled_for <= now()
    ORDER BY scheduled_for, id
    LIMIT 100
    FOR UPDATE SKIP LOCKED
) AS due
WHERE posts.id = due.id
