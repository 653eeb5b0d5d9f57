-- The constraints of each table.
SELECT json_object_agg(t.shown, (
    SELECT json_agg(json_build_object(
        'name', k.conname,
        'kind', CASE k.contype
            WHEN 'p' THEN 'primary key' WHEN 'u' THEN 'unique' WHEN 'f' THEN 'foreign key'
            WHEN 'c' THEN 'check' WHEN 'x' THEN 'exclude' ELSE 'trigger'
        END,
        'definition', pg_get_constraintdef(k.oid),
        'columns', ARRAY(
            SELECT a.attname FROM unnest(k.conkey) WITH ORDINALITY AS n (attnum, place)
            INNER JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND n.attnum = a.attnum
            ORDER BY n.place
        ),
        'validated', k.convalidated,
        'enforced', pg_get_constraintdef(k.oid) NOT LIKE '% NOT ENFORCED' AND NOT EXISTS (
            SELECT FROM pg_trigger AS g WHERE g.tgconstraint = k.oid AND g.tgisinternal AND g.tgenabled <> 'O'
        ),
        'deferrable', k.condeferrable,
        'deferred', k.condeferred,
        'inherited', k.contype <> 'c' OR NOT k.connoinherit,
        'references', coalesce(fh.prefix || f.relname, f.oid::regclass::text, ''),
        'references_columns', ARRAY(
            SELECT a.attname FROM unnest(k.confkey) WITH ORDINALITY AS n (attnum, place)
            INNER JOIN pg_attribute AS a ON a.attrelid = k.confrelid AND n.attnum = a.attnum
            ORDER BY n.place
        ),
        'on_delete', k.confdeltype,
        'on_update', k.confupdtype,
        'match', k.confmatchtype,
        'expression', coalesce(pg_get_expr(k.conbin, k.conrelid), ''),
        'index', coalesce(i.relname, '')
    ) ORDER BY k.conname COLLATE "C")
    FROM pg_constraint AS k
    LEFT JOIN pg_class AS f ON k.confrelid = f.oid
    LEFT JOIN home AS fh ON f.relnamespace = fh.oid
    LEFT JOIN pg_class AS i ON k.conindid = i.oid
    WHERE k.conrelid = t.oid AND k.contype <> 'n'
))
FROM tables AS t
