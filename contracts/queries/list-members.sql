-- By member, the order of the key. The first page is asked for with after_user = 0.
SELECT
    page.member_user_id,
    page.added_at,
    users.username,
    user_profiles.display_name
FROM (
    SELECT
        member_user_id,
        added_at
    FROM list_members
    WHERE list_id = :list AND member_user_id > :after_user
    ORDER BY member_user_id
    LIMIT 20
) AS page
INNER JOIN users ON page.member_user_id = users.id
LEFT JOIN user_profiles ON users.id = user_profiles.user_id
ORDER BY page.member_user_id
