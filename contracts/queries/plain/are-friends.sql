SELECT count(*) > 0 AS are_friends
FROM friendships
WHERE
    (user_id_1 = :reader AND user_id_2 = :other)
    OR (user_id_1 = :other AND user_id_2 = :reader)
