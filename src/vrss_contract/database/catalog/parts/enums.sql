-- The labels of each enum.
SELECT json_object_agg(h.prefix || ty.typname, ARRAY(
    SELECT e.enumlabel FROM pg_enum AS e WHERE e.enumtypid = ty.oid ORDER BY e.enumsortorder
))
FROM pg_type AS ty
INNER JOIN home AS h ON ty.typnamespace = h.oid
WHERE
    ty.oid >= 16384 AND ty.typtype = 'e'
    AND ('pg_type'::regclass, ty.oid) NOT IN (SELECT e.classid, e.objid FROM extension_owned AS e)
