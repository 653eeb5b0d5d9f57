-- What each table is a part of, what is a part of it, and what refers to it from elsewhere.
SELECT json_object_agg(t.shown, json_build_object(
    'children', ARRAY(
        SELECT coalesce(h.prefix || c.relname, i.inhrelid::regclass::text) AS name
        FROM pg_inherits AS i
        INNER JOIN pg_class AS c ON i.inhrelid = c.oid
        LEFT JOIN home AS h ON c.relnamespace = h.oid
        WHERE i.inhparent = t.oid
        ORDER BY name
    ),
    'parents', ARRAY(
        SELECT coalesce(h.prefix || c.relname, i.inhparent::regclass::text)
        FROM pg_inherits AS i
        INNER JOIN pg_class AS c ON i.inhparent = c.oid
        LEFT JOIN home AS h ON c.relnamespace = h.oid
        WHERE i.inhrelid = t.oid
        ORDER BY i.inhseqno
    ),
    'outer_references', ARRAY(
        SELECT o.conrelid::regclass::text || '.' || o.conname AS name
        FROM pg_constraint AS o
        INNER JOIN pg_class AS r ON o.conrelid = r.oid
        WHERE
            o.contype = 'f' AND o.confrelid = t.oid
            AND r.relnamespace NOT IN (SELECT h.oid FROM home AS h)
        ORDER BY name
    )
))
FROM tables AS t
