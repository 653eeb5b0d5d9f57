SELECT exists(
    SELECT FROM friendships
    WHERE
        user_id_1 = least(:reader::bigint, :other)
        AND user_id_2 = greatest(:reader::bigint, :other)
) AS are_friends
