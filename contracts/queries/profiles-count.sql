-- The index holds the one column that is asked for: no row is read. The planner knows that it holds
-- them all only when it is told that private ones are not wanted.
SELECT
    visibility,
    count(*) AS profiles
FROM user_profiles
WHERE visibility <> 'private'
GROUP BY visibility
ORDER BY visibility
