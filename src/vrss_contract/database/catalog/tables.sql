-- The tables of the schemas, and all that hangs on them, as one JSON array. Goes on from scope.sql.
-- PostgreSQL 13 to 18: what a version lacks is asked of the row as JSON, which answers null. No OID
-- leaves the query.
tables AS MATERIALIZED (
    SELECT * FROM relation
    WHERE
        relkind IN ('r', 'p', 'f')
        -- Those of the first schema that the reader knows, and did not change.
        AND shown NOT IN (
            SELECT chr(1) || name
            FROM jsonb_array_elements_text(current_setting('vrss_contract.known')::jsonb) AS known (name)
        )
),

own_sequence AS (
    SELECT d.adrelid, d.adnum, max(s.shown) AS name
    FROM pg_attrdef AS d
    INNER JOIN pg_depend AS reads
        ON reads.classid = 'pg_attrdef'::regclass AND reads.objid = d.oid
        AND reads.refclassid = 'pg_class'::regclass
    INNER JOIN sequence_owner AS o
        ON reads.refobjid = o.objid AND o.refobjid = d.adrelid AND o.refobjsubid = d.adnum
    INNER JOIN relation AS s ON o.objid = s.oid
    GROUP BY d.adrelid, d.adnum
    UNION ALL
    SELECT a.attrelid, a.attnum, s.shown
    FROM pg_attribute AS a
    INNER JOIN sequence_owner AS o ON a.attrelid = o.refobjid AND a.attnum = o.refobjsubid
    INNER JOIN relation AS s ON o.objid = s.oid
    INNER JOIN pg_depend AS inner_part
        ON inner_part.classid = 'pg_class'::regclass AND inner_part.objid = s.oid
        AND inner_part.refobjid = a.attrelid AND inner_part.deptype = 'i'
    WHERE a.attidentity <> ''
),

unproven_not_null AS (
    SELECT n.conrelid, n.conkey[1] AS attnum
    FROM pg_constraint AS n
    WHERE n.contype = 'n' AND NOT n.convalidated
),

columns AS (
    SELECT
        a.attrelid,
        json_agg(json_build_object(
            'name', a.attname,
            'type', format_type(a.atttypid, a.atttypmod),
            'nullable', NOT a.attnotnull OR u.attnum IS NOT NULL,
            'default', coalesce(pg_get_expr(d.adbin, d.adrelid), ''),
            'identity', CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by default' ELSE '' END,
            'generated', CASE a.attgenerated WHEN 's' THEN 'stored' WHEN 'v' THEN 'virtual' ELSE '' END,
            'collation', CASE WHEN a.attcollation <> ty.typcollation THEN co.oid::regcollation::text ELSE '' END,
            'sequence', coalesce(s.name, ''),
            'storage', array_remove(ARRAY[
                CASE WHEN a.attstorage <> ty.typstorage THEN 'storage ' || CASE a.attstorage
                    WHEN 'p' THEN 'plain' WHEN 'e' THEN 'external' WHEN 'm' THEN 'main' ELSE 'extended'
                END END,
                CASE to_jsonb(a) ->> 'attcompression' WHEN 'p' THEN 'compression pglz' WHEN 'l' THEN 'compression lz4' END,
                'statistics ' || nullif(to_jsonb(a) ->> 'attstattarget', '-1'),
                array_to_string(a.attoptions, ', ')
            ], NULL),
            'whole', a.attstorage = 'p' AND ty.typstorage <> 'p'
        ) ORDER BY a.attnum) AS facts
    FROM pg_attribute AS a
    INNER JOIN tables AS t ON a.attrelid = t.oid
    INNER JOIN pg_type AS ty ON a.atttypid = ty.oid
    LEFT JOIN pg_collation AS co ON a.attcollation = co.oid
    LEFT JOIN pg_attrdef AS d ON a.attrelid = d.adrelid AND a.attnum = d.adnum
    LEFT JOIN own_sequence AS s ON a.attrelid = s.adrelid AND a.attnum = s.adnum
    LEFT JOIN unproven_not_null AS u ON a.attrelid = u.conrelid AND a.attnum = u.attnum
    WHERE a.attnum > 0 AND NOT a.attisdropped
    GROUP BY a.attrelid
),

disabled_enforcers AS (
    SELECT DISTINCT tgconstraint AS oid FROM pg_trigger WHERE tgisinternal AND tgenabled <> 'O'
),

constraints AS (
    SELECT
        k.conrelid,
        json_agg(json_build_object(
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
            'enforced',
            pg_get_constraintdef(k.oid) NOT LIKE '% NOT ENFORCED' AND k.oid NOT IN (SELECT e.oid FROM disabled_enforcers AS e),
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
        ) ORDER BY k.conname COLLATE "C") AS facts
    FROM pg_constraint AS k
    INNER JOIN tables AS t ON k.conrelid = t.oid
    LEFT JOIN pg_class AS f ON k.confrelid = f.oid
    LEFT JOIN home AS fh ON f.relnamespace = fh.oid
    LEFT JOIN pg_class AS i ON k.conindid = i.oid
    WHERE k.contype <> 'n'
    GROUP BY k.conrelid
),

index_columns AS (
    SELECT
        x.indexrelid,
        json_agg(json_build_object(
            'name', coalesce(a.attname, ''),
            'expression', pg_get_indexdef(x.indexrelid, n.place, FALSE),
            'collation', CASE
                WHEN x.indcollation[n.place - 1] NOT IN (0, coalesce(a.attcollation, ia.attcollation))
                    THEN co.oid::regcollation::text
                ELSE ''
            END,
            -- A class that is its type's own goes without saying; varchar_ops is text_ops.
            'opclass', CASE
                WHEN o.opcnamespace <> 'pg_catalog'::regnamespace THEN o.opcnamespace::regnamespace || '.' || o.opcname
                WHEN o.opcname = 'varchar_ops' THEN ''
                WHEN o.opcdefault AND (
                    o.opcintype = coalesce(a.atttypid, ia.atttypid) OR ot.typtype = 'p'
                    OR (o.opcintype = 'text'::regtype AND coalesce(a.atttypid, ia.atttypid) = 'varchar'::regtype)
                ) THEN ''
                ELSE o.opcname
            END,
            'descending', x.indoption[n.place - 1] & 1 = 1,
            'nulls_first', x.indoption[n.place - 1] & 2 = 2
        ) ORDER BY n.place) AS facts
    FROM pg_index AS x
    INNER JOIN tables AS t ON x.indrelid = t.oid
    CROSS JOIN generate_series(1, x.indnkeyatts) AS n (place)
    INNER JOIN pg_attribute AS ia ON x.indexrelid = ia.attrelid AND n.place = ia.attnum
    INNER JOIN pg_opclass AS o ON x.indclass[n.place - 1] = o.oid
    INNER JOIN pg_type AS ot ON o.opcintype = ot.oid
    LEFT JOIN pg_attribute AS a ON x.indrelid = a.attrelid AND x.indkey[n.place - 1] = a.attnum
    LEFT JOIN pg_collation AS co ON x.indcollation[n.place - 1] = co.oid
    GROUP BY x.indexrelid
),

indexes AS (
    SELECT
        x.indrelid,
        json_agg(json_build_object(
            'name', i.relname,
            'definition', pg_get_indexdef(x.indexrelid),
            'method', am.amname,
            'columns', c.facts,
            'include', ARRAY(
                SELECT a.attname FROM pg_attribute AS a
                WHERE a.attrelid = x.indexrelid AND a.attnum > x.indnkeyatts
                ORDER BY a.attnum
            ),
            'predicate', coalesce(pg_get_expr(x.indpred, x.indrelid), ''),
            'unique', x.indisunique,
            'nulls_distinct', NOT (
                x.indisunique AND coalesce((to_jsonb(x) ->> 'indnullsnotdistinct')::boolean, FALSE)
            ),
            'valid', x.indisvalid,
            'ready', x.indisready AND x.indislive,
            'constraint', coalesce(k.conname, ''),
            'options', coalesce(i.reloptions, '{}')
        ) ORDER BY i.relname COLLATE "C") AS facts
    FROM pg_index AS x
    INNER JOIN index_columns AS c ON x.indexrelid = c.indexrelid
    INNER JOIN pg_class AS i ON x.indexrelid = i.oid
    INNER JOIN pg_am AS am ON i.relam = am.oid
    LEFT JOIN pg_constraint AS k
        ON x.indexrelid = k.conindid AND x.indrelid = k.conrelid AND k.contype IN ('p', 'u', 'x')
    GROUP BY x.indrelid
),

triggers AS (
    SELECT
        g.tgrelid,
        json_agg(json_build_object(
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
        ) ORDER BY g.tgname COLLATE "C") AS facts
    FROM pg_trigger AS g
    INNER JOIN tables AS t ON g.tgrelid = t.oid
    INNER JOIN pg_proc AS p ON g.tgfoid = p.oid
    INNER JOIN pg_namespace AS n ON p.pronamespace = n.oid
    LEFT JOIN home AS h ON n.oid = h.oid
    WHERE NOT g.tgisinternal
    GROUP BY g.tgrelid
),

-- Whoever owns most tables: a target's own role, whatever its name is.
main_owner AS (
    SELECT mode() WITHIN GROUP (ORDER BY relowner) AS oid FROM relation WHERE relkind IN ('r', 'p', 'f')
),

guarded AS (
    SELECT
        c.oid,
        c.oid AS table_oid,
        c.relowner AS owner,
        c.relacl AS acl,
        acldefault('r', c.relowner) AS usual,
        '' AS part
    FROM tables AS c
    UNION ALL
    SELECT s.oid, o.refobjid, s.relowner, s.relacl, acldefault('s', s.relowner), ' on sequence ' || s.relname
    FROM relation AS s
    INNER JOIN sequence_owner AS o ON s.oid = o.objid
    INNER JOIN tables AS t ON o.refobjid = t.oid
    UNION ALL
    SELECT a.attrelid, a.attrelid, t.relowner, a.attacl, acldefault('c', t.relowner), ' on ' || a.attname
    FROM pg_attribute AS a INNER JOIN tables AS t ON a.attrelid = t.oid
    WHERE a.attacl IS NOT NULL AND a.attnum > 0 AND NOT a.attisdropped
),

rights AS (
    SELECT g.table_oid, ARRAY_AGG(r.told ORDER BY r.told COLLATE "C") AS facts
    FROM guarded AS g
    CROSS JOIN LATERAL (
        -- Roles that a server brings are everybody's who was made one of them.
        SELECT x.privilege_type || g.part || ' for ' || coalesce(b.rolname, 'public') AS told
        FROM aclexplode(g.acl) AS x
        LEFT JOIN pg_roles AS b ON x.grantee = b.oid
        WHERE x.grantee = 0 OR (b.oid < 16384 AND b.rolname LIKE 'pg\_%')
        UNION ALL
        SELECT 'no ' || x.privilege_type || g.part || ' for the owner'
        FROM aclexplode(g.usual) AS x
        WHERE
            g.acl IS NOT NULL AND x.grantee = g.owner
            AND NOT EXISTS (
                SELECT FROM aclexplode(g.acl) AS has
                WHERE has.grantee = g.owner AND has.privilege_type = x.privilege_type
            )
        UNION ALL
        SELECT 'another owner' || g.part FROM main_owner AS o WHERE g.part NOT LIKE ' on %' AND g.owner <> o.oid
    ) AS r
    GROUP BY g.table_oid
),

table_facts AS (
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
        'partition_by', coalesce(pg_get_partkeydef(t.oid), ''),
        'bounds', coalesce(pg_get_expr(t.relpartbound, t.oid), ''),
        'outer_references', ARRAY(
            SELECT o.conrelid::regclass::text || '.' || o.conname AS name
            FROM pg_constraint AS o
            INNER JOIN pg_class AS r ON o.conrelid = r.oid
            WHERE
                o.contype = 'f' AND o.confrelid = t.oid
                AND r.relnamespace NOT IN (SELECT h.oid FROM home AS h)
            ORDER BY name
        ),
        'rights', coalesce(p.facts, '{}'),
        'storage', ARRAY(
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
        ),
        'columns', coalesce(c.facts, '[]'),
        'constraints', coalesce(k.facts, '[]'),
        'indexes', coalesce(i.facts, '[]'),
        'triggers', coalesce(g.facts, '[]')
    ) ORDER BY t.shown COLLATE "C") AS facts
    FROM tables AS t
    LEFT JOIN columns AS c ON t.oid = c.attrelid
    LEFT JOIN constraints AS k ON t.oid = k.conrelid
    LEFT JOIN indexes AS i ON t.oid = i.indrelid
    LEFT JOIN triggers AS g ON t.oid = g.tgrelid
    LEFT JOIN rights AS p ON t.oid = p.table_oid
)

SELECT coalesce((SELECT facts FROM table_facts), '[]')
