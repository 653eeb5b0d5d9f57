-- Found first and put in order then, as in messages-read.sql.
WITH found AS MATERIALIZED (
    SELECT
        id,
        user_id,
        display_name,
        style_config
    FROM user_profiles
    WHERE style_config @> :style AND visibility = 'public'
)

SELECT *
FROM found
WHERE id > :after_id
ORDER BY id
LIMIT 20
