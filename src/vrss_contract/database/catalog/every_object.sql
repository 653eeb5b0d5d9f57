-- Every object of a database that is not the server's own, a row each: its class, its schema, the table
-- that it belongs to, its name, and all that the server keeps of it. No OID of the database's own, no
-- place in a file and no count leaves the query, so that two databases that were loaded with the same
-- statements answer alike. PostgreSQL 13 to 18: what a version lacks is asked of the row as JSON.
WITH relation AS MATERIALIZED (
    SELECT
        c.*,
        n.nspname,
        to_jsonb(c) - ARRAY[
            'oid', 'relnamespace', 'reltype', 'reloftype', 'relfilenode', 'relpages', 'reltuples',
            'relallvisible', 'relallfrozen', 'reltoastrelid', 'relhasindex', 'relnatts', 'relchecks',
            'relhasrules', 'relhastriggers', 'relhassubclass', 'relrewrite', 'relfrozenxid', 'relminmxid',
            'relpartbound'
        ] || jsonb_build_object(
            'of', nullif(c.reloftype, 0)::regtype::text,
            'bounds', pg_get_expr(c.relpartbound, c.oid),
            'toast', (SELECT t.reloptions FROM pg_class AS t WHERE t.oid = c.reltoastrelid)
        ) AS facts
    FROM pg_class AS c
    INNER JOIN pg_namespace AS n ON c.relnamespace = n.oid
    WHERE c.oid >= 16384 AND n.nspname NOT IN ('pg_toast', 'information_schema') AND n.nspname !~ '^pg_temp_'
),

relations AS (
    SELECT
        CASE relkind WHEN 'r' THEN 'table' WHEN 'v' THEN 'view' ELSE 'relation' END AS class,
        nspname,
        CASE relkind WHEN 'r' THEN relname ELSE '' END AS owner,
        CASE relkind WHEN 'r' THEN '' ELSE relname END AS name,
        facts
    FROM relation
    WHERE relkind NOT IN ('i', 'I', 'S')
),

columns AS (
    SELECT
        CASE WHEN c.relkind IN ('r', 'v') THEN 'column' ELSE 'relation column' END,
        c.nspname,
        c.relname,
        a.attname,
        to_jsonb(a) - ARRAY[
            'attrelid', 'attnum', 'atttypid', 'attcacheoff', 'attcollation', 'attmissingval', 'atthasmissing'
        ] || jsonb_build_object(
            'type', format_type(a.atttypid, a.atttypmod),
            'domain', ty.typtype = 'd',
            'collation', nullif(a.attcollation, 0)::regcollation::text,
            'default', pg_get_expr(d.adbin, d.adrelid)
        )
    FROM relation AS c
    INNER JOIN pg_attribute AS a ON c.oid = a.attrelid
    INNER JOIN pg_type AS ty ON a.atttypid = ty.oid
    LEFT JOIN pg_attrdef AS d ON a.attrelid = d.adrelid AND a.attnum = d.adnum
    WHERE c.relkind NOT IN ('i', 'I', 'S') AND a.attnum > 0 AND NOT a.attisdropped
),

-- A column that was dropped keeps its place, and its room in the header of each row.
orders AS (
    SELECT
        'order',
        c.nspname,
        c.relname,
        '',
        jsonb_build_object('columns', jsonb_agg(
            CASE WHEN a.attisdropped THEN '' ELSE a.attname::text END ORDER BY a.attnum
        ))
    FROM relation AS c
    INNER JOIN pg_attribute AS a ON c.oid = a.attrelid
    WHERE c.relkind NOT IN ('i', 'I', 'S') AND a.attnum > 0
    GROUP BY c.oid, c.nspname, c.relname
),

constraints AS (
    SELECT
        'constraint',
        n.nspname,
        coalesce(c.relname, ty.typname),
        k.conname,
        to_jsonb(k) - ARRAY[
            'oid', 'connamespace', 'conrelid', 'contypid', 'conindid', 'conparentid', 'confrelid', 'conkey',
            'confkey', 'conpfeqop', 'conppeqop', 'conffeqop', 'conexclop', 'conbin', 'confdelsetcols'
        ] || jsonb_build_object(
            'definition', pg_get_constraintdef(k.oid),
            'index', i.relname,
            'domain', ty.typname IS NOT NULL,
            'references', f.relname,
            'references_schema', fn.nspname
        )
    FROM pg_constraint AS k
    INNER JOIN pg_namespace AS n ON k.connamespace = n.oid
    LEFT JOIN pg_class AS c ON k.conrelid = c.oid
    LEFT JOIN pg_type AS ty ON k.contypid = ty.oid
    LEFT JOIN pg_class AS i ON k.conindid = i.oid
    LEFT JOIN pg_class AS f ON k.confrelid = f.oid
    LEFT JOIN pg_namespace AS fn ON f.relnamespace = fn.oid
    WHERE k.oid >= 16384
),

indexes AS (
    SELECT
        'index',
        i.nspname,
        t.relname,
        i.relname,
        i.facts || (to_jsonb(x) - ARRAY[
            'indexrelid', 'indrelid', 'indkey', 'indclass', 'indcollation', 'indoption', 'indexprs', 'indpred'
        ]) || jsonb_build_object('definition', pg_get_indexdef(x.indexrelid), 'statistics', ARRAY(
            SELECT jsonb_build_array(a.attstattarget, a.attoptions) FROM pg_attribute AS a
            WHERE a.attrelid = x.indexrelid ORDER BY a.attnum
        ))
    FROM pg_index AS x
    INNER JOIN relation AS i ON x.indexrelid = i.oid
    INNER JOIN pg_class AS t ON x.indrelid = t.oid
),

triggers AS (
    SELECT
        CASE WHEN g.tgisinternal THEN 'enforcing trigger' ELSE 'trigger' END,
        c.nspname,
        c.relname,
        CASE WHEN g.tgisinternal THEN concat_ws(' ', k.conname, g.tgtype, g.tgfoid::regproc) ELSE g.tgname END,
        jsonb_build_object(
            'enabled', g.tgenabled, 'deferrable', g.tgdeferrable, 'deferred', g.tginitdeferred, 'type', g.tgtype,
            'definition', CASE WHEN NOT g.tgisinternal THEN pg_get_triggerdef(g.oid) END
        )
    FROM pg_trigger AS g
    INNER JOIN relation AS c ON g.tgrelid = c.oid
    LEFT JOIN pg_constraint AS k ON g.tgconstraint = k.oid
),

functions AS (
    SELECT
        'function',
        n.nspname,
        '',
        p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')',
        to_jsonb(p) - ARRAY[
            'oid', 'pronamespace', 'prolang', 'provariadic', 'prorettype', 'proargtypes', 'proallargtypes',
            'proargdefaults', 'protrftypes', 'prosqlbody', 'proname'
        ] || jsonb_build_object(
            'language', l.lanname,
            'arguments', pg_get_function_arguments(p.oid),
            'result', pg_get_function_result(p.oid),
            'definition', CASE WHEN p.prosrc = '' AND p.prokind IN ('f', 'p') THEN pg_get_functiondef(p.oid) END
        )
    FROM pg_proc AS p
    INNER JOIN pg_namespace AS n ON p.pronamespace = n.oid
    INNER JOIN pg_language AS l ON p.prolang = l.oid
    WHERE p.oid >= 16384
),

-- The types that tables and other types bring along are theirs.
types AS (
    SELECT
        CASE ty.typtype WHEN 'e' THEN 'enum' ELSE 'type' END,
        n.nspname,
        '',
        ty.typname,
        to_jsonb(ty) - ARRAY[
            'oid', 'typnamespace', 'typrelid', 'typelem', 'typarray', 'typbasetype', 'typdefaultbin', 'typcollation'
        ] || jsonb_build_object(
            'base', nullif(ty.typbasetype, 0)::regtype::text,
            'collation', nullif(ty.typcollation, 0)::regcollation::text,
            'labels', ARRAY(
                SELECT e.enumlabel FROM pg_enum AS e WHERE e.enumtypid = ty.oid ORDER BY e.enumsortorder
            )
        )
    FROM pg_type AS ty
    INNER JOIN pg_namespace AS n ON ty.typnamespace = n.oid
    WHERE
        ty.oid >= 16384
        AND ty.typrelid = 0
        AND NOT EXISTS (SELECT FROM pg_type AS element WHERE element.typarray = ty.oid)
),

sequences AS (
    SELECT
        'sequence',
        c.nspname,
        coalesce(o.relname, ''),
        c.relname,
        c.facts || (to_jsonb(s) - ARRAY['seqrelid', 'seqtypid']) || jsonb_build_object(
            'type', format_type(s.seqtypid, NULL),
            'last', pg_sequence_last_value(c.oid),
            'column', a.attname
        )
    FROM pg_sequence AS s
    INNER JOIN relation AS c ON s.seqrelid = c.oid
    LEFT JOIN pg_depend AS d
        ON c.oid = d.objid AND d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass
        AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0
    LEFT JOIN pg_class AS o ON d.refobjid = o.oid
    LEFT JOIN pg_attribute AS a ON d.refobjid = a.attrelid AND d.refobjsubid = a.attnum
),

rules AS (
    SELECT
        'rule',
        c.nspname,
        c.relname,
        r.rulename,
        jsonb_build_object(
            'definition', pg_get_ruledef(r.oid), 'enabled', r.ev_enabled, 'view', c.relkind = 'v'
        )
    FROM pg_rewrite AS r
    INNER JOIN relation AS c ON r.ev_class = c.oid
),

policies AS (
    SELECT
        'policy',
        c.nspname,
        c.relname,
        p.polname,
        to_jsonb(p) - ARRAY['oid', 'polrelid', 'polqual', 'polwithcheck'] || jsonb_build_object(
            'using', pg_get_expr(p.polqual, p.polrelid), 'check', pg_get_expr(p.polwithcheck, p.polrelid)
        )
    FROM pg_policy AS p
    INNER JOIN relation AS c ON p.polrelid = c.oid
),

parents AS (
    SELECT 'parent', c.nspname, c.relname, i.inhparent::regclass::text, to_jsonb(i.inhseqno)
    FROM pg_inherits AS i
    INNER JOIN relation AS c ON i.inhrelid = c.oid
),

partitioned AS (
    SELECT 'partition key', c.nspname, c.relname, '', to_jsonb(pg_get_partkeydef(c.oid))
    FROM pg_partitioned_table AS p
    INNER JOIN relation AS c ON p.partrelid = c.oid
),

descriptions AS (
    SELECT
        'comment',
        coalesce(c.nspname, ''),
        coalesce(c.relname, ''),
        pg_describe_object(d.classoid, d.objoid, d.objsubid),
        to_jsonb(d.description)
    FROM pg_description AS d
    LEFT JOIN relation AS c ON d.objoid = c.oid AND d.classoid = 'pg_class'::regclass
    WHERE d.objoid >= 16384
),

schemas AS (
    SELECT 'schema', nspname, '', '', jsonb_build_object('owner', nspowner, 'rights', nspacl)
    FROM pg_namespace
    WHERE nspname !~ '^pg_(toast_)?temp_'
),

-- What one object needs of another shows in the objects, but for these.
memberships AS (
    SELECT
        'dependency',
        '',
        '',
        pg_describe_object(classid, objid, objsubid) || ' on ' || pg_describe_object(refclassid, refobjid, refobjsubid),
        to_jsonb(deptype)
    FROM pg_depend
    WHERE deptype IN ('e', 'x') AND objid >= 16384
),

everything AS (
    TABLE relations UNION ALL
    TABLE columns UNION ALL
    TABLE orders UNION ALL
    TABLE constraints UNION ALL
    TABLE indexes UNION ALL
    TABLE triggers UNION ALL
    TABLE functions UNION ALL
    TABLE types UNION ALL
    TABLE sequences UNION ALL
    TABLE rules UNION ALL
    TABLE policies UNION ALL
    TABLE parents UNION ALL
    TABLE partitioned UNION ALL
    TABLE descriptions UNION ALL
    TABLE schemas UNION ALL
    TABLE memberships
)

SELECT class::text, nspname::text, owner::text, name::text, facts FROM everything
