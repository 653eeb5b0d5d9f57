"""Whether a database may be filled: what has to be there, whose it is, that nothing is lost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg

from vrss_contract.data.dataset import transaction
from vrss_contract.data.dataset.asking import HOME, NAME, ask, home
from vrss_contract.data.dataset.errors import (
    NO_CREATE,
    NOT_EMPTY,
    NOT_OWNER,
    TABLES_HELD,
    TABLES_MISSING,
)
from vrss_contract.sql.literal import qualified, relation, text

ENOUGH = 1000
"""Rows that are counted in a table that should be empty."""
_OWNED = f"""
SELECT {NAME}, pg_has_role(t.relowner, 'USAGE')
FROM pg_class AS t
WHERE
    t.relkind IN ('r', 'p') AND {NAME} = ANY($1::text[])
"""
_MAY_CREATE = f"SELECT has_schema_privilege({HOME}, 'CREATE')"
_HOLDERS = f"""
SELECT format(
    '%s is held by %s',
    {NAME},
    CASE
        WHEN l.pid IS NULL THEN 'a prepared transaction'
        ELSE format(
            'the session with pid %s%s',
            l.pid, ' (' || nullif(a.application_name, '') || ')'
        )
    END
)
FROM pg_locks AS l
INNER JOIN pg_class AS t ON l.relation = t.oid
LEFT JOIN pg_stat_activity AS a ON l.pid = a.pid
WHERE
    l.granted AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND l.pid IS DISTINCT FROM pg_backend_pid()
    AND {NAME} = ANY($1::text[])
GROUP BY t.relnamespace, t.relname, l.pid, a.application_name
ORDER BY t.relname, l.pid
"""


def require_owned(
    connection: psycopg.Connection[Any], tables: Sequence[str], *, making: bool
) -> None:
    """Raises TroubleError: one is missing or another's, or no index may be made."""
    owned: dict[str, bool] = dict(ask(connection, _OWNED, list(tables)))
    if missing := [table for table in tables if table not in owned]:
        raise TABLES_MISSING(count=_count(missing), tables=missing, schema=home(connection))
    if others := [table for table in tables if not owned[table]]:
        raise NOT_OWNER(role=_role(connection), tables=others)
    if making and ask(connection, _MAY_CREATE) == [(False,)]:
        raise NO_CREATE(role=_role(connection), schema=home(connection))


def require_empty(connection: psycopg.Connection[Any], tables: Sequence[str]) -> None:
    """Raises TroubleError."""
    if found := counts(connection, tables):
        counted = [f"{table} ({_rows(count)})" for table, count in found.items()]
        raise NOT_EMPTY(count=_count(counted), counted=counted)


def counts(connection: psycopg.Connection[Any], tables: Sequence[str]) -> dict[str, int]:
    """How many rows the tables hold that hold any, counted up to ENOUGH + 1."""
    first = home(connection)
    looks = (
        f"SELECT {text(table)}, (SELECT count(*) FROM"
        f" (SELECT FROM {qualified(table, first)} LIMIT {ENOUGH + 1}) AS first)"
        for table in tables
    )
    if not tables:
        return {}
    return {table: count for table, count in ask(connection, " UNION ALL ".join(looks)) if count}


def lock(connection: psycopg.Connection[Any], tables: Sequence[str]) -> None:
    """Keep everybody else out of the tables until the transaction ends.

    Raises TroubleError, after which the transaction has failed.
    """
    names = ", ".join(map(relation, tables))
    connection.execute("SAVEPOINT lock")
    try:
        connection.execute(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE")
    except psycopg.errors.LockNotAvailable as error:
        connection.execute("ROLLBACK TO lock")
        holders = [str(row[0]) for row in ask(connection, _HOLDERS, list(tables))]
        nobody = ["whoever held one has let go since"]
        raise TABLES_HELD(seconds=transaction.PATIENCE, holders=holders or nobody) from error


def _count(tables: Sequence[str]) -> str:
    return "1 table is" if len(tables) == 1 else f"{len(tables)} tables are"


def _rows(count: int) -> str:
    if count > ENOUGH:
        return f"more than {ENOUGH:,} rows"
    return f"{count:,} row{'' if count == 1 else 's'}"


def _role(connection: psycopg.Connection[Any]) -> str:
    return str(ask(connection, "SELECT current_user")[0][0])
