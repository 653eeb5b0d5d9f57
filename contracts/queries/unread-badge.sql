-- Nobody reads a badge of 1,284: it says 99+, and the count ends there, whichever are counted.
SELECT count(*) AS unread
FROM (
    SELECT FROM notifications
    WHERE user_id = :reader AND is_read = FALSE
    LIMIT 100
) AS capped
