"""The questions that the catalog of a database is read by, part by part.

Each is one query, which needs no right but to connect, and changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources
from typing import Any

import psycopg

from vrss_contract.sql import literal

FIRST = "shared_names"
"""The part that the others can't be understood without."""
PARTS = (
    *(FIRST, "tables", "relatives", "rights", "storage"),
    *("columns", "constraints", "indexes", "triggers"),
    *("enums", "functions", "sequences", "others", "schema_rights", "settings"),
)
# Read with built-in names alone on the path (pg_temp, unless named, would come first), so that no
# function of the database answers for one of these queries, and PostgreSQL prints the schema of all
# that is not built in; and moments, as bounds of partitions have them, are printed in one zone. The
# caller's path and zone are put back.
_SET = (
    "SELECT pg_catalog.set_config("
    "'vrss_contract.path', pg_catalog.current_setting('search_path'), TRUE),"
    " pg_catalog.set_config('vrss_contract.zone', pg_catalog.current_setting('TimeZone'), TRUE),"
    " pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', TRUE),"
    " pg_catalog.set_config('TimeZone', 'UTC', TRUE),"
    " pg_catalog.set_config('vrss_contract.schemas', {}, TRUE),"
    " pg_catalog.set_config('vrss_contract.known', {}, TRUE)"
)
_PUT_BACK = (
    "SELECT set_config('search_path', current_setting('vrss_contract.path'), TRUE),"
    " set_config('TimeZone', current_setting('vrss_contract.zone'), TRUE)"
)


@cache
def query(part: str) -> str:
    """What asks for a part; its answer is called ``facts``."""
    here = resources.files("vrss_contract.database.catalog") / "parts"
    scope, told = ((here / f"{one}.sql").read_text("utf-8") for one in ("scope", part))
    return f"{scope}SELECT (\n{told}) AS facts"


def asked(
    connection: psycopg.Connection[Any],
    schemas: Sequence[str],
    kept: Sequence[str],
    statements: Sequence[str],
) -> list[Any]:
    """The answers to those of the statements that have one, in order and in one round trip.

    Args:
        connection: the session.
        schemas: those that are read.
        kept: tables of the first one that are not.
        statements: queries of parts, or what prepares and executes them.

    Raises:
        psycopg.Error: the connection is gone, or its transaction has failed.
    """
    named = _SET.format(*(literal.text(json.dumps(one)) for one in (schemas, kept)))
    with connection.cursor() as cursor:  # without parameters the server takes several statements
        cursor.execute(";\n".join([named, *statements, _PUT_BACK]).encode())
        return list(_facts(cursor))


def _facts(cursor: psycopg.Cursor[Any]) -> Iterator[Any]:
    more: bool | None = True
    while more:
        if cursor.pgresult and cursor.pgresult.fname(0) == b"facts":
            yield value(cursor.fetchone())
        more = cursor.nextset()


def value(row: Any) -> Any:
    """The first value of a row, whichever way the connection makes rows."""
    return next(iter(row.values() if isinstance(row, dict) else row or ()))
