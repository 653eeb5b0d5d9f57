SELECT
    list_members.member_user_id,
    list_members.added_at,
    users.username,
    (
        SELECT user_profiles.display_name FROM user_profiles
        WHERE user_profiles.user_id = users.id
    ) AS display_name
FROM list_members, users
WHERE
    list_members.list_id = :list
    AND list_members.member_user_id = users.id
    AND list_members.member_user_id > :after_user
ORDER BY list_members.member_user_id, list_members.id
FETCH FIRST 20 ROWS ONLY
