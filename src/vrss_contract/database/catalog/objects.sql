-- All of the schemas but their tables, as one JSON object. Goes on from scope.sql. PostgreSQL 13 to 18. No
-- OID leaves the query.
enums AS (
    SELECT json_object_agg(h.prefix || ty.typname, ARRAY(
        SELECT e.enumlabel FROM pg_enum AS e WHERE e.enumtypid = ty.oid ORDER BY e.enumsortorder
    )) AS facts
    FROM pg_type AS ty
    INNER JOIN home AS h ON ty.typnamespace = h.oid
    WHERE
        ty.typtype = 'e'
        AND ('pg_type'::regclass, ty.oid) NOT IN (SELECT e.classid, e.objid FROM extension_owned AS e)
),

functions AS (
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
    ) ORDER BY (h.prefix || p.proname) COLLATE "C", pg_get_function_identity_arguments(p.oid) COLLATE "C") AS facts
    FROM pg_proc AS p
    INNER JOIN pg_language AS l ON p.prolang = l.oid
    INNER JOIN home AS h ON p.pronamespace = h.oid
    WHERE ('pg_proc'::regclass, p.oid) NOT IN (SELECT e.classid, e.objid FROM extension_owned AS e)
),

sequences AS (
    SELECT json_agg(json_build_object(
        'name', c.shown,
        'type', format_type(s.seqtypid, NULL),
        'start', s.seqstart,
        'increment', s.seqincrement,
        'minimum', s.seqmin,
        'maximum', s.seqmax,
        'cycles', s.seqcycle,
        'owner', coalesce((
            SELECT t.shown || chr(1) || a.attname
            FROM sequence_owner AS o
            INNER JOIN relation AS t ON o.refobjid = t.oid
            INNER JOIN pg_attribute AS a ON o.refobjid = a.attrelid AND o.refobjsubid = a.attnum
            WHERE o.objid = c.oid
        ), '')
    ) ORDER BY c.shown COLLATE "C") AS facts
    FROM relation AS c
    INNER JOIN pg_sequence AS s ON c.oid = s.seqrelid
),

other_objects AS (
    SELECT
        'pg_class'::regclass AS classid,
        c.oid,
        CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' ELSE 'composite type' END AS kind,
        c.shown AS name
    FROM relation AS c
    WHERE c.relkind IN ('v', 'm', 'c')
    UNION ALL
    SELECT
        'pg_type'::regclass,
        ty.oid,
        CASE ty.typtype WHEN 'd' THEN 'domain' WHEN 'r' THEN 'range type' ELSE 'base type' END,
        h.prefix || ty.typname
    FROM pg_type AS ty
    INNER JOIN home AS h ON ty.typnamespace = h.oid
    WHERE ty.typtype IN ('d', 'r') OR (ty.typtype = 'b' AND ty.typcategory <> 'A')
    UNION ALL
    SELECT 'pg_operator'::regclass, o.oid, 'operator', h.prefix || o.oprname
    FROM pg_operator AS o INNER JOIN home AS h ON o.oprnamespace = h.oid
    UNION ALL
    SELECT 'pg_collation'::regclass, o.oid, 'collation', h.prefix || o.collname
    FROM pg_collation AS o INNER JOIN home AS h ON o.collnamespace = h.oid
    UNION ALL
    SELECT 'pg_statistic_ext'::regclass, o.oid, 'statistics object', h.prefix || o.stxname
    FROM pg_statistic_ext AS o INNER JOIN home AS h ON o.stxnamespace = h.oid
    UNION ALL
    SELECT 'pg_conversion'::regclass, o.oid, 'conversion', h.prefix || o.conname
    FROM pg_conversion AS o INNER JOIN home AS h ON o.connamespace = h.oid
    UNION ALL
    SELECT 'pg_opclass'::regclass, o.oid, 'operator class', h.prefix || o.opcname
    FROM pg_opclass AS o INNER JOIN home AS h ON o.opcnamespace = h.oid
    UNION ALL
    SELECT 'pg_opfamily'::regclass, o.oid, 'operator family', h.prefix || o.opfname
    FROM pg_opfamily AS o INNER JOIN home AS h ON o.opfnamespace = h.oid
    UNION ALL
    SELECT 'pg_ts_config'::regclass, o.oid, 'text search configuration', h.prefix || o.cfgname
    FROM pg_ts_config AS o INNER JOIN home AS h ON o.cfgnamespace = h.oid
    UNION ALL
    SELECT 'pg_ts_dict'::regclass, o.oid, 'text search dictionary', h.prefix || o.dictname
    FROM pg_ts_dict AS o INNER JOIN home AS h ON o.dictnamespace = h.oid
    UNION ALL
    SELECT 'pg_ts_parser'::regclass, o.oid, 'text search parser', h.prefix || o.prsname
    FROM pg_ts_parser AS o INNER JOIN home AS h ON o.prsnamespace = h.oid
    UNION ALL
    SELECT 'pg_ts_template'::regclass, o.oid, 'text search template', h.prefix || o.tmplname
    FROM pg_ts_template AS o INNER JOIN home AS h ON o.tmplnamespace = h.oid
    UNION ALL
    -- A cast is in no schema, and changes what expressions on columns mean.
    SELECT
        'pg_cast'::regclass,
        oid,
        'cast',
        concat_ws(
            ' as ',
            regexp_replace(format_type(castsource, NULL), '^public[.]', ''),
            regexp_replace(format_type(casttarget, NULL), '^public[.]', '')
        )
    FROM pg_cast WHERE oid >= 16384 -- the first OID that is not the server's own
),

others AS (
    SELECT json_agg(json_build_array(kind, name) ORDER BY kind, name COLLATE "C") AS facts
    FROM other_objects
    WHERE (classid, oid) NOT IN (SELECT e.classid, e.objid FROM extension_owned AS e)
),

-- A new database's schema public is its administrator's, who may have let everybody make objects there.
rights AS (
    SELECT json_agg(told ORDER BY told) AS facts
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
            p.prosecdef AND p.prorettype <> 'trigger'::regtype
            AND has_function_privilege('public', p.oid, 'EXECUTE')
            AND ('pg_proc'::regclass, p.oid) NOT IN (SELECT e.classid, e.objid FROM extension_owned AS e)
        UNION ALL
        SELECT 'no USAGE on type ' || ty.typname || ' for public'
        FROM pg_type AS ty
        INNER JOIN home AS h ON ty.typnamespace = h.oid
        -- Of an enum alone: the server has hundreds of types, and would ask of each.
        WHERE CASE WHEN ty.typtype = 'e' THEN NOT has_type_privilege('public', ty.oid, 'USAGE') END
    ) AS single
),

-- Of a role that a run made nobody else has set anything but what a run needs.
settings AS (
    SELECT json_agg(setting ORDER BY setting) AS facts
    FROM pg_db_role_setting AS r
    CROSS JOIN unnest(r.setconfig) AS setting
    WHERE
        r.setrole = (SELECT u.oid FROM pg_roles AS u WHERE u.rolname = current_user)
        AND starts_with(current_user, 'vrss_contract_')
        AND (r.setdatabase = 0 OR r.setdatabase = (SELECT d.oid FROM pg_database AS d WHERE d.datname = current_database()))
),

-- Names that the first schema shares with pg_catalog: said without a schema they mean the built-in thing.
shared_names AS (
    SELECT p.proname AS name
    FROM pg_proc AS p
    INNER JOIN pg_proc AS b ON p.proname = b.proname AND b.pronamespace = 'pg_catalog'::regnamespace
    WHERE p.pronamespace = (SELECT h.oid FROM home AS h WHERE h.prefix = chr(1))
    UNION
    SELECT ty.typname
    FROM pg_type AS ty
    INNER JOIN pg_type AS b ON ty.typname = b.typname AND b.typnamespace = 'pg_catalog'::regnamespace
    WHERE ty.typnamespace = (SELECT h.oid FROM home AS h WHERE h.prefix = chr(1))
)

SELECT json_build_object(
    'shared_names', (SELECT coalesce(json_agg(name), '[]') FROM shared_names),
    'enums', coalesce((SELECT facts FROM enums), '{}'),
    'functions', coalesce((SELECT facts FROM functions), '[]'),
    'sequences', coalesce((SELECT facts FROM sequences), '[]'),
    'others', coalesce((SELECT facts FROM others), '[]'),
    'rights', coalesce((SELECT facts FROM rights), '[]'),
    'settings', coalesce((SELECT facts FROM settings), '[]')
)
