-- Functions, procedures and aggregates.
SELECT json_agg(json_build_object(
    'name', h.prefix || p.proname,
    'kind', CASE p.prokind
        WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' WHEN 'w' THEN 'window function'
        ELSE 'function'
    END,
    'arguments', pg_get_function_arguments(p.oid),
    'returns', coalesce(pg_get_function_result(p.oid), ''),
    'language', l.lanname,
    'volatility', CASE p.provolatile WHEN 'i' THEN 'immutable' WHEN 's' THEN 'stable' ELSE 'volatile' END,
    'parallel', CASE p.proparallel WHEN 's' THEN 'safe' WHEN 'r' THEN 'restricted' ELSE 'unsafe' END,
    'strict', p.proisstrict,
    'definer', p.prosecdef,
    'settings', coalesce(p.proconfig, '{}'),
    -- A body in standard SQL is kept parsed, and only the whole definition shows it.
    'body', CASE
        WHEN p.prosrc = '' AND p.prokind IN ('f', 'p') THEN pg_get_functiondef(p.oid)
        ELSE p.prosrc
    END,
    'public_executes', has_function_privilege('public', p.oid, 'EXECUTE'),
    'rights', array_remove(ARRAY[
        CASE WHEN p.proacl IS NOT NULL AND NOT EXISTS (
            SELECT FROM aclexplode(p.proacl) AS x WHERE x.grantee IN (0, p.proowner)
        ) THEN 'no EXECUTE for the owner' END,
        CASE WHEN p.proowner <> (
            SELECT mode() WITHIN GROUP (ORDER BY r.relowner) FROM relation AS r WHERE r.relkind IN ('r', 'p')
        ) THEN 'another owner' END,
        -- Roles that a server brings are everybody's who was made one of them.
        CASE WHEN NOT has_function_privilege('public', p.oid, 'EXECUTE') THEN (
            SELECT 'EXECUTE for ' || string_agg(b.rolname, ', ' ORDER BY b.rolname)
            FROM aclexplode(p.proacl) AS x INNER JOIN pg_roles AS b ON x.grantee = b.oid
            WHERE b.oid < 16384 AND b.rolname LIKE 'pg\_%'
        ) END
    ], NULL)
) ORDER BY (h.prefix || p.proname) COLLATE "C", pg_get_function_identity_arguments(p.oid) COLLATE "C")
FROM pg_proc AS p
INNER JOIN pg_language AS l ON p.prolang = l.oid
INNER JOIN home AS h ON p.pronamespace = h.oid
WHERE
    p.oid >= 16384
    AND ('pg_proc'::regclass, p.oid) NOT IN (SELECT e.classid, e.objid FROM extension_owned AS e)
