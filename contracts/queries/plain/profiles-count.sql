SELECT
    wanted.visibility,
    count(*) AS profiles
FROM (VALUES ('followers'), ('public')) AS wanted (visibility)
INNER JOIN user_profiles ON wanted.visibility = user_profiles.visibility
GROUP BY wanted.visibility
ORDER BY wanted.visibility
