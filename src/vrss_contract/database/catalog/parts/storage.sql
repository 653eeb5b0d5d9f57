-- How each table is kept: see CatalogTable.storage.
SELECT json_object_agg(t.shown, ARRAY(
    SELECT 'toast.' || option FROM pg_class AS o CROSS JOIN unnest(o.reloptions) AS option
    WHERE o.oid = t.reltoastrelid
    UNION ALL
    SELECT 'published by ' || b.pubname
    FROM pg_publication_rel AS r INNER JOIN pg_publication AS b ON r.prpubid = b.oid
    WHERE r.prrelid = t.oid
    UNION ALL
    SELECT 'sequence numbers ahead: ' || s.seqcache
    FROM sequence_owner AS o INNER JOIN pg_sequence AS s ON o.objid = s.seqrelid
    WHERE o.refobjid = t.oid AND s.seqcache <> 1
    UNION ALL
    SELECT 'replica identity ' || CASE t.relreplident WHEN 'n' THEN 'nothing' WHEN 'f' THEN 'full' ELSE 'index' END
    WHERE t.relreplident <> 'd' AND t.relkind <> 'f'
))
FROM tables AS t
