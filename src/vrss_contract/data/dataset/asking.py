"""Statements and questions to the database that is filled.

Knows how to ask so that built-in names mean what is built in; does not know what is asked.
"""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg.rows import tuple_row

_BUILT_IN = "SET LOCAL search_path = pg_catalog, pg_temp"
PATH = "SET LOCAL search_path = public, pg_temp"
"""Where the tables are; temporary ones come last, so that none hides one of the schema's."""


def run(connection: psycopg.Connection[Any], script: str) -> int:
    """Run one statement or several in one round trip; returns the rows that the first wrote."""
    return connection.execute(script.encode(), prepare=False).rowcount


def ask(connection: psycopg.Connection[Any], query: str, *values: Any) -> list[tuple[Any, ...]]:
    """The rows that answer, inside the open transaction; ``$1`` and so on are the values.

    No function of the database answers for a built-in one, and PostgreSQL prints the schema of all
    that is not built in.
    """
    with psycopg.RawCursor(connection, row_factory=tuple_row) as cursor:
        cursor.execute(_BUILT_IN)
        rows = cursor.execute(query, values or None).fetchall()
        cursor.execute(PATH)
    return rows
