-- Sequences, those of identity columns too.
SELECT json_agg(json_build_object(
    'name', c.shown,
    'type', format_type(s.seqtypid, NULL),
    'start', s.seqstart,
    'increment', s.seqincrement,
    'minimum', s.seqmin,
    'maximum', s.seqmax,
    'cycles', s.seqcycle,
    'owner', coalesce(t.shown || chr(1) || a.attname, '')
) ORDER BY c.shown COLLATE "C")
FROM relation AS c
INNER JOIN pg_sequence AS s ON c.oid = s.seqrelid
LEFT JOIN sequence_owner AS o ON c.oid = o.objid
LEFT JOIN relation AS t ON o.refobjid = t.oid
LEFT JOIN pg_attribute AS a ON o.refobjid = a.attrelid AND o.refobjsubid = a.attnum
