-- What every query of the catalog begins with: the schemas that are read, the first one's names
-- without it, and what of them no extension owns.
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
    SELECT classid, objid FROM pg_depend WHERE deptype = 'e'
),

relation AS MATERIALIZED (
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
)
