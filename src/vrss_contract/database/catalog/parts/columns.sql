-- The columns of each table.
SELECT json_object_agg(t.shown, (
    SELECT json_agg(json_build_object(
        'name', a.attname,
        'type', format_type(a.atttypid, a.atttypmod),
        'nullable', NOT a.attnotnull OR EXISTS (
            SELECT FROM pg_constraint AS k
            WHERE k.conrelid = a.attrelid AND k.contype = 'n' AND a.attnum = k.conkey[1] AND NOT k.convalidated
        ),
        'default', coalesce(pg_get_expr(d.adbin, d.adrelid), ''),
        'identity', CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by default' ELSE '' END,
        'generated', CASE a.attgenerated WHEN 's' THEN 'stored' WHEN 'v' THEN 'virtual' ELSE '' END,
        'collation', CASE WHEN a.attcollation <> ty.typcollation THEN co.oid::regcollation::text ELSE '' END,
        'sequence', CASE WHEN a.attidentity <> '' OR d.oid IS NOT NULL THEN coalesce((
            SELECT max(s.shown)
            FROM pg_depend AS owned INNER JOIN relation AS s ON owned.objid = s.oid
            WHERE
                owned.refclassid = 'pg_class'::regclass AND owned.refobjid = a.attrelid
                AND owned.refobjsubid = a.attnum
                AND owned.classid = 'pg_class'::regclass AND s.relkind = 'S'
                AND CASE
                    WHEN a.attidentity <> '' THEN owned.deptype = 'i'
                    ELSE owned.deptype IN ('a', 'i') AND EXISTS (
                        SELECT FROM pg_depend AS reads
                        WHERE
                            reads.classid = 'pg_attrdef'::regclass AND reads.objid = d.oid
                            AND reads.refclassid = 'pg_class'::regclass AND reads.refobjid = s.oid
                    )
                END
        ), '') ELSE '' END,
        'storage', array_remove(ARRAY[
            CASE WHEN a.attstorage <> ty.typstorage THEN 'storage ' || CASE a.attstorage
                WHEN 'p' THEN 'plain' WHEN 'e' THEN 'external' WHEN 'm' THEN 'main' ELSE 'extended'
            END END,
            -- PostgreSQL 13 has no such column, and takes that of the outer query.
            CASE (
                SELECT attcompression FROM pg_attribute AS own
                WHERE own.attrelid = a.attrelid AND own.attnum = a.attnum
            ) WHEN 'p' THEN 'compression pglz' WHEN 'l' THEN 'compression lz4' END,
            'statistics ' || nullif(a.attstattarget, -1),
            array_to_string(a.attoptions, ', ')
        ], NULL),
        'whole', a.attstorage = 'p' AND ty.typstorage <> 'p'
    ) ORDER BY a.attnum)
    FROM pg_attribute AS a
    INNER JOIN pg_type AS ty ON a.atttypid = ty.oid
    LEFT JOIN pg_collation AS co ON a.attcollation = co.oid
    LEFT JOIN pg_attrdef AS d ON a.attrelid = d.adrelid AND a.attnum = d.adnum
    CROSS JOIN (SELECT NULL::"char" AS attcompression) AS lacking
    WHERE a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
))
FROM tables AS t
