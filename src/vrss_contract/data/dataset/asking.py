"""Statements and questions to the database that is filled.

Built-in names mean what is built in, whatever the search path.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg.rows import tuple_row

from vrss_contract.sql.literal import identifier, parts, text

_BUILT_IN = "SET LOCAL search_path = pg_catalog, pg_temp"
_OURS = "SELECT set_config('search_path', current_setting('vrss_contract.path'), TRUE)"
HOME = "current_setting('vrss_contract.home')::regnamespace"
"""The schema whose names the contract does not qualify, in SQL."""
_SCHEMA = "(SELECT n.nspname FROM pg_namespace AS n WHERE n.oid = t.relnamespace)"


def _part(name: str) -> str:
    """As ``sql.literal.named`` writes a part: in quotes where it would be taken apart."""
    quoted = f"""'"' || replace({name}, '"', '""') || '"'"""
    return f"""CASE WHEN {name} ~ '[."]' THEN {quoted} ELSE {name}::text END"""


NAME = f"""CASE WHEN t.relnamespace = {HOME} THEN {_part("t.relname")}
    ELSE {_part(_SCHEMA)} || '.' || {_part("t.relname")} END"""
"""The name that the contract has for the table ``t``, in SQL."""


def path(schemas: Sequence[str]) -> str:
    """What says in a transaction where the tables are.

    Temporary ones come last, so that none hides one of the schemas'.
    """
    names = text(", ".join([*map(identifier, schemas), "pg_temp"]))
    return (
        f"SELECT set_config('search_path', {names}, TRUE),"
        f" set_config('vrss_contract.path', {names}, TRUE),"
        f" set_config('vrss_contract.home', {text(identifier(schemas[0]))}, TRUE)"
    )


def home(connection: psycopg.Connection[Any]) -> str:
    """The schema whose names the contract does not qualify, in the open transaction."""
    row = connection.execute("SELECT current_setting('vrss_contract.home')").fetchone()
    return parts(str(row[0]))[0] if row else ""


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
        cursor.execute(_OURS)
    return rows
