-- Rights beyond those of a new schema: see Catalog.rights. A new database's schema public is its
-- administrator's, who may have let everybody make objects there.
SELECT json_agg(told ORDER BY told)
FROM (
    SELECT 'CREATE in schema ' || h.nspname || ' for public' AS told
    FROM home AS h
    INNER JOIN pg_namespace AS n ON h.oid = n.oid
    CROSS JOIN aclexplode(n.nspacl) AS x
    WHERE x.grantee = 0 AND x.privilege_type = 'CREATE' AND n.nspname <> 'public'
    UNION ALL
    SELECT x.privilege_type || ' on new ' || CASE d.defaclobjtype
        WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences' WHEN 'f' THEN 'functions' WHEN 'T' THEN 'types' ELSE 'schemas'
    END || ' for ' || coalesce(b.rolname, 'public')
    FROM pg_default_acl AS d
    CROSS JOIN aclexplode(d.defaclacl) AS x
    LEFT JOIN pg_roles AS b ON x.grantee = b.oid
    WHERE
        (
            (x.grantee = 0 AND d.defaclobjtype NOT IN ('f', 'T'))
            OR (b.oid < 16384 AND b.rolname LIKE 'pg\_%')
        )
        AND (d.defaclnamespace = 0 OR d.defaclnamespace IN (SELECT h.oid FROM home AS h))
    UNION ALL
    -- A view or a function that runs as its owner shows what the owner sees.
    SELECT x.privilege_type || ' on view ' || c.relname || ' for ' || coalesce(b.rolname, 'public')
    FROM relation AS c
    CROSS JOIN aclexplode(c.relacl) AS x
    LEFT JOIN pg_roles AS b ON x.grantee = b.oid
    WHERE c.relkind IN ('v', 'm') AND (x.grantee = 0 OR (b.oid < 16384 AND b.rolname LIKE 'pg\_%'))
    UNION ALL
    SELECT 'EXECUTE on ' || p.proname || ', which runs as its owner, for public'
    FROM pg_proc AS p
    INNER JOIN home AS h ON p.pronamespace = h.oid
    WHERE
        p.oid >= 16384 AND p.prosecdef AND p.prorettype <> 'trigger'::regtype
        AND has_function_privilege('public', p.oid, 'EXECUTE')
        AND ('pg_proc'::regclass, p.oid) NOT IN (SELECT e.classid, e.objid FROM extension_owned AS e)
    UNION ALL
    SELECT 'no USAGE on type ' || ty.typname || ' for public'
    FROM pg_type AS ty
    INNER JOIN home AS h ON ty.typnamespace = h.oid
    WHERE ty.oid >= 16384 AND ty.typtype = 'e' AND NOT has_type_privilege('public', ty.oid, 'USAGE')
) AS single
