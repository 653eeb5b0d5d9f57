-- Found first and put in order then, as in messages-read.sql. A profile is public here, so that its
-- user's status alone may hide it: of such a one there is the id, the page's cursor.
WITH found AS MATERIALIZED (
    SELECT
        id,
        user_id,
        display_name,
        style_config
    FROM user_profiles
    WHERE style_config @> :style AND visibility = 'public'
)

SELECT
    page.id,
    users.id AS user_id,
    CASE WHEN users.id IS NOT NULL THEN page.display_name END AS display_name,
    CASE WHEN users.id IS NOT NULL THEN page.style_config END AS style_config
FROM (
    SELECT * FROM found
    WHERE id > :after_id
    ORDER BY id
    LIMIT 20
) AS page
LEFT JOIN users ON page.user_id = users.id AND users.status = 'active'
ORDER BY page.id
