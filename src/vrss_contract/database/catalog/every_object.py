"""Every object of a database, with all that the server keeps of it: what two databases differ in.

The catalog of ``read`` holds what clauses speak of; this one leaves nothing out, so that a
difference which nobody has thought of shows as well.
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

import psycopg
from psycopg import sql

from vrss_contract.sql import literal

Facts = Any
"""What the server keeps of an object, as JSON has it."""
FIRST_OWN = 16384
"""The first OID that is not the server's own."""
_PATH = "SELECT pg_catalog.set_config('search_path', %s, TRUE)"
_READ = frozenset(
    f"pg_{name}"
    for name in (
        *(
            "class",
            "attribute",
            "attrdef",
            "constraint",
            "index",
            "trigger",
            "proc",
            "type",
            "enum",
        ),
        *("sequence", "rewrite", "policy", "inherits", "partitioned_table", "description"),
        *("namespace", "depend"),
    )
)
"""The catalogs that ``every_object.sql`` reads."""
_PASSED_OVER = frozenset({"pg_statistic", "pg_statistic_ext_data", "pg_largeobject"})
"""What is measured of rows, and rows: none of it is an object."""
_CATALOGS = """
SELECT
    c.relname,
    min(a.attname) FILTER (WHERE a.attnum = 1),
    array_agg(a.attname) FILTER (WHERE a.attnum = 1 AND a.attname = 'oid')
FROM pg_class AS c INNER JOIN pg_attribute AS a ON c.oid = a.attrelid
WHERE
    c.relnamespace = 'pg_catalog'::regnamespace AND c.relkind = 'r' AND NOT c.relisshared
    AND a.attnum > 0 AND c.relname <> ALL (%s) AND has_table_privilege(c.oid, 'SELECT')
GROUP BY c.relname
ORDER BY c.relname
"""
_FILLED = """
SELECT n.nspname, c.relname
FROM pg_class AS c INNER JOIN pg_namespace AS n ON c.relnamespace = n.oid
WHERE c.oid >= %s AND c.relkind IN ('r', 'm') AND pg_relation_size(c.oid) > 0
AND n.nspname !~ '^pg_'
ORDER BY 1, 2
"""


class Item(NamedTuple):
    """An object by what it is, where it belongs, and its name."""

    kind: str
    """``table``, ``column``, ``index``, ``function`` and so on, or the name of a catalog."""
    schema: str
    table: str
    """The table that it belongs to, or that it is; nothing for others."""
    name: str


def every_object(connection: psycopg.Connection[Any], *, rows: bool = True) -> dict[Item, Facts]:
    """All objects of the database that are not the server's own; ``rows`` for theirs as well.

    Raises:
        psycopg.Error: the connection is gone, or a table's rows can't be read in time.
    """
    with connection.transaction():
        ((path,),) = connection.execute(
            "SELECT pg_catalog.current_setting('search_path')"
        ).fetchall()
        connection.execute(_PATH, ["pg_catalog, pg_temp"])
        found = connection.execute(_known().encode()).fetchall()
        items = {Item(*map(str, row[:4])): row[4] for row in found}
        items |= _of_other_catalogs(connection)
        if rows:
            items |= _rows(connection)
        connection.execute(_PATH, [path])
        return items


@cache
def _known() -> str:
    return (resources.files(__package__) / "every_object.sql").read_text("utf-8")


def _of_other_catalogs(connection: psycopg.Connection[Any]) -> dict[Item, Facts]:
    """What stands in catalogs of which nothing is known here but that they have rows."""
    known = [*_READ, *_PASSED_OVER]
    parts = [
        _other(str(name), str(first), own=bool(own))
        for name, first, own in connection.execute(_CATALOGS, [known])
    ]
    found = connection.execute(sql.SQL(" UNION ALL ").join(parts)).fetchall() if parts else []
    return {Item(str(kind), "", "", str(name)): json.dumps(facts) for kind, name, facts in found}


def _other(catalog: str, first: str, *, own: bool) -> sql.Composed:
    """The rows of a catalog; an OID in them is another in each database, so that they differ."""
    query = (
        "(SELECT {name}, pg_describe_object({catalog}::regclass, oid, 0), to_jsonb(t) - 'oid'"
        " FROM pg_catalog.{table} AS t WHERE oid >= {least})"
        if own
        else "(SELECT {name}, to_jsonb(t)::text, to_jsonb(t)"
        " FROM pg_catalog.{table} AS t WHERE {first}::oid >= {least})"
    )
    return sql.SQL(query).format(
        name=sql.Literal(catalog),
        catalog=sql.Literal(f"pg_catalog.{catalog}"),
        table=sql.Identifier(catalog),
        first=sql.Identifier(first),
        least=sql.Literal(FIRST_OWN),
    )


def _rows(connection: psycopg.Connection[Any]) -> dict[Item, Facts]:
    """The rows that the target brings, as a digest a table."""
    found: dict[Item, Facts] = {}
    for schema, table in connection.execute(_FILLED, [FIRST_OWN]).fetchall():
        name = f"{literal.identifier(schema)}.{literal.identifier(table)}"
        query = f"SELECT md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))) FROM ONLY {name} t"
        (digest,) = connection.execute(query.encode()).fetchall()[0]
        found[Item("rows", schema, table, "")] = digest
    return found
