-- By member, the order of the key. The first page is asked for with after_user = 0. How far up it
-- can reach is found first, as in followers.sql.
SELECT
    list_members.member_user_id,
    list_members.added_at,
    users.username,
    user_profiles.display_name
FROM list_members
INNER JOIN users ON list_members.member_user_id = users.id
LEFT JOIN user_profiles ON users.id = user_profiles.user_id
WHERE
    list_members.list_id = :list
    AND list_members.member_user_id > :after_user
    AND list_members.member_user_id <= coalesce(
        (
            SELECT edge.member_user_id
            FROM list_members AS edge
            WHERE edge.list_id = :list AND edge.member_user_id > :after_user
            ORDER BY edge.member_user_id
            LIMIT 1 OFFSET 19
        ),
        9223372036854775807
    )
ORDER BY list_members.member_user_id
