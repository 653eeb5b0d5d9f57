SELECT least(count(*), 100) AS unread
FROM notifications
WHERE user_id = :reader AND NOT is_read
