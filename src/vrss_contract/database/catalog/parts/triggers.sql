-- The triggers of each table that somebody created.
SELECT json_object_agg(t.shown, (
    SELECT json_agg(json_build_object(
        'name', g.tgname,
        'definition', pg_get_triggerdef(g.oid),
        'type', g.tgtype,
        'columns', ARRAY(
            SELECT a.attname FROM pg_attribute AS a
            WHERE a.attrelid = g.tgrelid AND a.attnum = ANY (g.tgattr)
            ORDER BY a.attname COLLATE "C"
        ),
        'guarded', g.tgqual IS NOT NULL,
        'function', coalesce(h.prefix, n.nspname || chr(1)) || p.proname,
        'arguments', ARRAY(
            SELECT convert_from(decode(part, 'hex'), getdatabaseencoding())
            FROM regexp_split_to_table(encode(g.tgargs, 'hex'), '00')
                WITH ORDINALITY AS parts (part, place)
            WHERE place <= g.tgnargs
            ORDER BY place
        ),
        'enabled', g.tgenabled,
        'deferrable', g.tgdeferrable,
        'deferred', g.tginitdeferred,
        'old_table', coalesce(g.tgoldtable, ''),
        'new_table', coalesce(g.tgnewtable, '')
    ) ORDER BY g.tgname COLLATE "C")
    FROM pg_trigger AS g
    INNER JOIN pg_proc AS p ON g.tgfoid = p.oid
    INNER JOIN pg_namespace AS n ON p.pronamespace = n.oid
    LEFT JOIN home AS h ON n.oid = h.oid
    WHERE g.tgrelid = t.oid AND NOT g.tgisinternal
))
FROM tables AS t
