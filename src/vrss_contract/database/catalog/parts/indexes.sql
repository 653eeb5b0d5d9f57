-- The indexes of each table.
SELECT json_object_agg(t.shown, (
    SELECT json_agg(json_build_object(
        'name', i.relname,
        'definition', pg_get_indexdef(x.indexrelid),
        'method', am.amname,
        'columns', (
            SELECT json_agg(json_build_object(
                'name', coalesce(a.attname, ''),
                'expression', pg_get_indexdef(x.indexrelid, n.place::integer, FALSE),
                'collation', CASE
                    WHEN x.indcollation[n.place - 1] NOT IN (0, coalesce(a.attcollation, ia.attcollation))
                        THEN co.oid::regcollation::text
                    ELSE ''
                END,
                -- A class that is its type's own goes without saying; varchar_ops is text_ops.
                'opclass', CASE
                    WHEN o.opcnamespace <> 'pg_catalog'::regnamespace THEN o.opcnamespace::regnamespace || '.' || o.opcname
                    WHEN o.opcname = 'varchar_ops' THEN ''
                    WHEN o.opcdefault AND (
                        o.opcintype = coalesce(a.atttypid, ia.atttypid) OR ot.typtype = 'p'
                        OR (o.opcintype = 'text'::regtype AND coalesce(a.atttypid, ia.atttypid) = 'varchar'::regtype)
                    ) THEN ''
                    ELSE o.opcname
                END,
                'descending', x.indoption[n.place - 1] & 1 = 1,
                'nulls_first', x.indoption[n.place - 1] & 2 = 2
            ) ORDER BY n.place)
            FROM unnest(x.indclass) WITH ORDINALITY AS n (opclass, place)
            INNER JOIN pg_attribute AS ia ON ia.attrelid = x.indexrelid AND n.place = ia.attnum
            INNER JOIN pg_opclass AS o ON n.opclass = o.oid
            INNER JOIN pg_type AS ot ON o.opcintype = ot.oid
            LEFT JOIN pg_attribute AS a ON a.attrelid = x.indrelid AND x.indkey[n.place - 1] = a.attnum
            LEFT JOIN pg_collation AS co ON x.indcollation[n.place - 1] = co.oid
        ),
        'include', ARRAY(
            SELECT a.attname FROM pg_attribute AS a
            WHERE a.attrelid = x.indexrelid AND a.attnum > x.indnkeyatts
            ORDER BY a.attnum
        ),
        'predicate', coalesce(pg_get_expr(x.indpred, x.indrelid), ''),
        'unique', x.indisunique,
        'nulls_distinct', NOT (
            x.indisunique AND coalesce((to_jsonb(x) ->> 'indnullsnotdistinct')::boolean, FALSE)
        ),
        'valid', x.indisvalid,
        'ready', x.indisready AND x.indislive,
        'constraint', coalesce(k.conname, ''),
        'options', coalesce(i.reloptions, '{}')
    ) ORDER BY i.relname COLLATE "C")
    FROM pg_index AS x
    INNER JOIN pg_class AS i ON x.indexrelid = i.oid
    INNER JOIN pg_am AS am ON i.relam = am.oid
    LEFT JOIN pg_constraint AS k
        ON x.indexrelid = k.conindid AND x.indrelid = k.conrelid AND k.contype IN ('p', 'u', 'x')
    WHERE x.indrelid = t.oid
))
FROM tables AS t
