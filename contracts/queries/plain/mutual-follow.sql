SELECT
    count(*) FILTER (WHERE follower_id = :reader AND following_id = :other) > 0 AS follows,
    count(*) FILTER (WHERE follower_id = :other AND following_id = :reader) > 0 AS is_followed
FROM user_follows
