SELECT
    friendships.id,
    friendships.created_at,
    users.id AS user_id,
    users.username,
    (
        SELECT user_profiles.display_name FROM user_profiles
        WHERE user_profiles.user_id = users.id
    ) AS display_name
FROM friendships, users
WHERE
    :account IN (friendships.user_id_1, friendships.user_id_2)
    AND users.id IN (friendships.user_id_1, friendships.user_id_2)
    AND users.id <> :account
    AND (
        friendships.created_at < :before_time
        OR (friendships.created_at = :before_time AND friendships.id < :before_id)
    )
ORDER BY friendships.created_at DESC, friendships.id DESC
FETCH FIRST 20 ROWS ONLY
