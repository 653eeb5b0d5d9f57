-- What every query of the catalog begins with: public, and what of it no extension owns.
WITH home AS MATERIALIZED (
    SELECT oid FROM pg_namespace WHERE nspname = 'public'
),

extension_owned AS MATERIALIZED (
    SELECT classid, objid FROM pg_depend WHERE deptype = 'e'
),

relation AS MATERIALIZED (
    SELECT c.*
    FROM pg_class AS c
    WHERE
        c.relnamespace = (SELECT oid FROM home)
        AND NOT EXISTS (
            SELECT FROM extension_owned AS e
            WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid
        )
),

sequence_owner AS MATERIALIZED (
    SELECT d.objid, d.refobjid, d.refobjsubid
    FROM pg_depend AS d
    INNER JOIN relation AS s ON d.objid = s.oid AND s.relkind = 'S'
    WHERE
        d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass
        AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0
)
