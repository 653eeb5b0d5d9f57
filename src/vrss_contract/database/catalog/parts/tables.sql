-- The tables, without what other parts tell of them.
SELECT json_agg(json_build_object(
    'name', t.shown,
    'kind', CASE
        WHEN t.relkind = 'p' THEN 'partitioned table'
        WHEN t.relkind = 'f' THEN 'foreign table'
        WHEN t.relispartition THEN 'partition'
        WHEN t.oid IN (SELECT h.inhrelid FROM pg_inherits AS h) THEN 'inheriting table'
        ELSE 'table'
    END,
    'persistence', t.relpersistence,
    'comment', coalesce(obj_description(t.oid, 'pg_class'), ''),
    'row_security', t.relrowsecurity,
    'forced_row_security', t.relforcerowsecurity,
    'options', coalesce(t.reloptions, '{}'),
    'rules', ARRAY(
        SELECT r.rulename FROM pg_rewrite AS r WHERE r.ev_class = t.oid
        ORDER BY r.rulename COLLATE "C"
    ),
    'policies', ARRAY(
        SELECT p.polname FROM pg_policy AS p WHERE p.polrelid = t.oid
        ORDER BY p.polname COLLATE "C"
    ),
    'partition_by', coalesce(pg_get_partkeydef(t.oid), ''),
    'bounds', coalesce(pg_get_expr(t.relpartbound, t.oid), '')
) ORDER BY t.shown COLLATE "C")
FROM tables AS t
