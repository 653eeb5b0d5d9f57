-- What every part of the catalog is asked of: the schemas that are read, the first one's names without
-- it, and what of them no extension owns. PostgreSQL 13 to 18. No OID leaves a query. The server's own
-- objects have OIDs below 16384, and are too many to look through.
WITH home AS MATERIALIZED (
    SELECT
        n.oid,
        n.nspname,
        -- Parted from the name by a character that no name has; what reads this puts them together.
        CASE WHEN s.place = 1 THEN '' ELSE n.nspname END || chr(1) AS prefix
    FROM jsonb_array_elements_text(current_setting('vrss_contract.schemas')::jsonb)
        WITH ORDINALITY AS s (name, place)
    INNER JOIN pg_namespace AS n ON s.name = n.nspname
),

extension_owned AS MATERIALIZED (
    SELECT classid, objid FROM pg_depend WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'
),

relation AS NOT MATERIALIZED (
    SELECT
        c.*,
        h.prefix || c.relname AS shown
    FROM pg_class AS c
    INNER JOIN home AS h ON c.relnamespace = h.oid
    WHERE
        NOT EXISTS (
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
),

tables AS MATERIALIZED (
    SELECT * FROM relation
    WHERE
        relkind IN ('r', 'p', 'f')
        -- Those of the first schema that the reader knows, and did not change.
        AND shown NOT IN (
            SELECT chr(1) || name
            FROM jsonb_array_elements_text(current_setting('vrss_contract.known')::jsonb) AS known (name)
        )
)
