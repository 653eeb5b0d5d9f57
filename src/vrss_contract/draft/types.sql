-- What the types of columns are made of, one JSON object a type: its kind, and the types in it.
WITH RECURSIVE used (oid) AS (
    SELECT DISTINCT a.atttypid
    FROM pg_attribute AS a
    INNER JOIN pg_class AS c ON a.attrelid = c.oid
    INNER JOIN pg_namespace AS n ON c.relnamespace = n.oid
    WHERE
        a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'f', 'c')
        AND n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
    UNION
    SELECT inner_type.oid
    FROM used AS u
    INNER JOIN pg_type AS t ON u.oid = t.oid
    LEFT JOIN pg_range AS r ON t.oid = r.rngtypid OR t.oid = r.rngmultitypid
    CROSS JOIN LATERAL unnest(ARRAY[
        t.typbasetype,
        CASE WHEN t.typcategory = 'A' THEN t.typelem ELSE 0 END,
        CASE WHEN t.typtype = 'm' THEN r.rngtypid ELSE r.rngsubtype END
    ]) AS inner_type (oid)
    WHERE inner_type.oid <> 0
)

SELECT json_build_object(
    'name', format_type(t.oid, NULL),
    'kind', CASE WHEN t.typcategory = 'A' THEN 'A' ELSE t.typtype::text END,
    'inner', coalesce(CASE
        WHEN t.typtype = 'd' THEN format_type(t.typbasetype, NULL)
        WHEN t.typcategory = 'A' THEN format_type(t.typelem, NULL)
        WHEN t.typtype = 'm' THEN format_type(r.rngtypid, NULL)
        WHEN t.typtype = 'r' THEN format_type(r.rngsubtype, NULL)
    END, ''),
    'length', CASE
        WHEN t.typtypmod > 4 AND t.typbasetype IN ('varchar'::regtype, 'bpchar'::regtype) THEN t.typtypmod - 4
        ELSE 0
    END,
    'labels', ARRAY(
        SELECT e.enumlabel FROM pg_enum AS e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder
    ),
    'fields', ARRAY(
        SELECT format_type(a.atttypid, a.atttypmod) FROM pg_attribute AS a
        WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
        ORDER BY a.attnum
    ),
    'checks', ARRAY(
        SELECT pg_get_expr(k.conbin, 0) FROM pg_constraint AS k
        WHERE k.contypid = t.oid AND k.contype = 'c'
        ORDER BY k.conname COLLATE "C"
    )
)
FROM used AS u
INNER JOIN pg_type AS t ON u.oid = t.oid
LEFT JOIN pg_range AS r ON t.oid = r.rngtypid OR t.oid = r.rngmultitypid
ORDER BY 1::text
