-- All other objects of the schemas, and the casts.
WITH other_objects AS (
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
    FROM pg_cast
)

SELECT json_agg(json_build_array(kind, name) ORDER BY kind, name COLLATE "C")
FROM other_objects
WHERE oid >= 16384 AND (classid, oid) NOT IN (SELECT e.classid, e.objid FROM extension_owned AS e)
