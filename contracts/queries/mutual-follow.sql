SELECT
    exists(
        SELECT FROM user_follows
        WHERE follower_id = :reader AND following_id = :other
    ) AS follows,
    exists(
        SELECT FROM user_follows
        WHERE follower_id = :other AND following_id = :reader
    ) AS is_followed
