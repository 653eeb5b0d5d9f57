-- Names that the first schema shares with pg_catalog: said without a schema they mean the built-in thing.
SELECT json_agg(name) FROM (
    SELECT p.proname AS name
    FROM pg_proc AS p
    INNER JOIN pg_proc AS b ON p.proname = b.proname AND b.pronamespace = 'pg_catalog'::regnamespace
    WHERE p.oid >= 16384 AND p.pronamespace = (SELECT h.oid FROM home AS h WHERE h.prefix = chr(1))
    UNION
    SELECT ty.typname
    FROM pg_type AS ty
    INNER JOIN pg_type AS b ON ty.typname = b.typname AND b.typnamespace = 'pg_catalog'::regnamespace
    WHERE ty.oid >= 16384 AND ty.typnamespace = (SELECT h.oid FROM home AS h WHERE h.prefix = chr(1))
) AS shared
