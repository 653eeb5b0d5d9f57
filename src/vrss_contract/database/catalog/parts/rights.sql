-- Rights to each table beyond those of a new one: see CatalogTable.rights.
WITH main_owner AS MATERIALIZED (
    -- A target's own role, whatever its name is.
    SELECT mode() WITHIN GROUP (ORDER BY relowner) AS oid FROM relation WHERE relkind IN ('r', 'p', 'f')
)

SELECT json_object_agg(t.shown, ARRAY(
    SELECT r.told
    FROM (
        SELECT t.relowner AS owner, t.relacl AS acl, acldefault('r', t.relowner) AS usual, '' AS part
        UNION ALL
        SELECT s.relowner, s.relacl, acldefault('s', s.relowner), ' on sequence ' || s.relname
        FROM pg_depend AS owned INNER JOIN relation AS s ON owned.objid = s.oid
        WHERE
            owned.refclassid = 'pg_class'::regclass AND owned.refobjid = t.oid AND owned.refobjsubid > 0
            AND owned.classid = 'pg_class'::regclass AND owned.deptype IN ('a', 'i') AND s.relkind = 'S'
        UNION ALL
        SELECT t.relowner, a.attacl, acldefault('c', t.relowner), ' on ' || a.attname
        FROM pg_attribute AS a
        WHERE a.attrelid = t.oid AND a.attacl IS NOT NULL AND a.attnum > 0 AND NOT a.attisdropped
    ) AS g
    CROSS JOIN LATERAL (
        -- Roles that a server brings are everybody's who was made one of them.
        SELECT x.privilege_type || g.part || ' for ' || coalesce(b.rolname, 'public') AS told
        FROM aclexplode(g.acl) AS x
        LEFT JOIN pg_roles AS b ON x.grantee = b.oid
        WHERE x.grantee = 0 OR (b.oid < 16384 AND b.rolname LIKE 'pg\_%')
        UNION ALL
        SELECT 'no ' || x.privilege_type || g.part || ' for the owner'
        FROM aclexplode(g.usual) AS x
        WHERE
            g.acl IS NOT NULL AND x.grantee = g.owner
            AND NOT EXISTS (
                SELECT FROM aclexplode(g.acl) AS has
                WHERE has.grantee = g.owner AND has.privilege_type = x.privilege_type
            )
        UNION ALL
        SELECT 'another owner' || g.part FROM main_owner AS o WHERE g.part NOT LIKE ' on %' AND g.owner <> o.oid
    ) AS r
    ORDER BY r.told COLLATE "C"
))
FROM tables AS t
