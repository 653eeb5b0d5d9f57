-- All of public but its tables, as one JSON object. Goes on from scope.sql. PostgreSQL 13 to 18. No
-- OID leaves the query.
enums AS (
    SELECT json_object_agg(ty.typname, ARRAY(
        SELECT e.enumlabel FROM pg_enum AS e WHERE e.enumtypid = ty.oid ORDER BY e.enumsortorder
    )) AS facts
    FROM pg_type AS ty
    WHERE
        ty.typnamespace = (SELECT oid FROM home) AND ty.typtype = 'e'
        AND ('pg_type'::regclass, ty.oid) NOT IN (SELECT e.classid, e.objid FROM extension_owned AS e)
),

functions AS (
    SELECT json_agg(json_build_object(
        'name', p.proname,
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
        'public_executes', has_function_privilege('public', p.oid, 'EXECUTE')
    ) ORDER BY p.proname COLLATE "C", pg_get_function_identity_arguments(p.oid) COLLATE "C") AS facts
    FROM pg_proc AS p
    INNER JOIN pg_language AS l ON p.prolang = l.oid
    WHERE
        p.pronamespace = (SELECT oid FROM home)
        AND ('pg_proc'::regclass, p.oid) NOT IN (SELECT e.classid, e.objid FROM extension_owned AS e)
),

sequences AS (
    SELECT json_agg(json_build_object(
        'name', c.relname,
        'type', format_type(s.seqtypid, NULL),
        'start', s.seqstart,
        'increment', s.seqincrement,
        'minimum', s.seqmin,
        'maximum', s.seqmax,
        'cycles', s.seqcycle,
        'owner', coalesce((
            SELECT t.relname || '.' || a.attname
            FROM sequence_owner AS o
            INNER JOIN pg_class AS t ON o.refobjid = t.oid
            INNER JOIN pg_attribute AS a ON o.refobjid = a.attrelid AND o.refobjsubid = a.attnum
            WHERE o.objid = c.oid
        ), '')
    ) ORDER BY c.relname COLLATE "C") AS facts
    FROM relation AS c
    INNER JOIN pg_sequence AS s ON c.oid = s.seqrelid
),

other_objects AS (
    SELECT
        'pg_class'::regclass AS classid,
        c.oid,
        CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' ELSE 'composite type' END AS kind,
        c.relname::text AS name
    FROM relation AS c
    WHERE c.relkind IN ('v', 'm', 'c')
    UNION ALL
    SELECT
        'pg_type'::regclass,
        oid,
        CASE typtype WHEN 'd' THEN 'domain' WHEN 'r' THEN 'range type' ELSE 'base type' END,
        typname::text
    FROM pg_type
    WHERE
        typnamespace = (SELECT oid FROM home)
        AND (typtype IN ('d', 'r') OR (typtype = 'b' AND typcategory <> 'A'))
    UNION ALL
    SELECT 'pg_operator'::regclass, oid, 'operator', oprname::text
    FROM pg_operator WHERE oprnamespace = (SELECT oid FROM home)
    UNION ALL
    SELECT 'pg_collation'::regclass, oid, 'collation', collname::text
    FROM pg_collation WHERE collnamespace = (SELECT oid FROM home)
    UNION ALL
    SELECT 'pg_statistic_ext'::regclass, oid, 'statistics object', stxname::text
    FROM pg_statistic_ext WHERE stxnamespace = (SELECT oid FROM home)
    UNION ALL
    SELECT 'pg_conversion'::regclass, oid, 'conversion', conname::text
    FROM pg_conversion WHERE connamespace = (SELECT oid FROM home)
    UNION ALL
    SELECT 'pg_opclass'::regclass, oid, 'operator class', opcname::text
    FROM pg_opclass WHERE opcnamespace = (SELECT oid FROM home)
    UNION ALL
    SELECT 'pg_opfamily'::regclass, oid, 'operator family', opfname::text
    FROM pg_opfamily WHERE opfnamespace = (SELECT oid FROM home)
    UNION ALL
    SELECT 'pg_ts_config'::regclass, oid, 'text search configuration', cfgname::text
    FROM pg_ts_config WHERE cfgnamespace = (SELECT oid FROM home)
    UNION ALL
    SELECT 'pg_ts_dict'::regclass, oid, 'text search dictionary', dictname::text
    FROM pg_ts_dict WHERE dictnamespace = (SELECT oid FROM home)
    UNION ALL
    SELECT 'pg_ts_parser'::regclass, oid, 'text search parser', prsname::text
    FROM pg_ts_parser WHERE prsnamespace = (SELECT oid FROM home)
    UNION ALL
    SELECT 'pg_ts_template'::regclass, oid, 'text search template', tmplname::text
    FROM pg_ts_template WHERE tmplnamespace = (SELECT oid FROM home)
    UNION ALL
    -- A cast is in no schema, and changes what expressions on public's columns mean.
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

-- Names that public shares with pg_catalog: said without a schema they mean the built-in thing.
shared_names AS (
    SELECT p.proname AS name
    FROM pg_proc AS p
    INNER JOIN pg_proc AS b ON p.proname = b.proname AND b.pronamespace = 'pg_catalog'::regnamespace
    WHERE p.pronamespace = (SELECT oid FROM home)
    UNION
    SELECT ty.typname
    FROM pg_type AS ty
    INNER JOIN pg_type AS b ON ty.typname = b.typname AND b.typnamespace = 'pg_catalog'::regnamespace
    WHERE ty.typnamespace = (SELECT oid FROM home)
)

SELECT json_build_object(
    'shared_names', (SELECT coalesce(json_agg(name), '[]') FROM shared_names),
    'enums', coalesce((SELECT facts FROM enums), '{}'),
    'functions', coalesce((SELECT facts FROM functions), '[]'),
    'sequences', coalesce((SELECT facts FROM sequences), '[]'),
    'others', coalesce((SELECT facts FROM others), '[]')
)
