"""Whether a database may be filled: what has to be there, whose it is, that nothing is lost.

Knows the refusals; changes nothing but locks, which end with the transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg

from vrss_contract.data.dataset import transaction
from vrss_contract.data.dataset.asking import ask
from vrss_contract.data.dataset.errors import (
    ENOUGH,
    NoCreateError,
    NotEmptyError,
    NotOwnerError,
    TablesHeldError,
    TablesMissingError,
)
from vrss_contract.sql.literal import identifier, text

_OWNED = """
SELECT relname, pg_has_role(relowner, 'USAGE')
FROM pg_class
WHERE
    relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND relname = ANY($1::text[])
"""
_MAY_CREATE = "SELECT has_schema_privilege('public', 'CREATE')"
_HOLDERS = """
SELECT format(
    '%s is held by %s',
    c.relname,
    CASE
        WHEN l.pid IS NULL THEN 'a prepared transaction'
        ELSE format(
            'the session with pid %s%s',
            l.pid, ' (' || nullif(a.application_name, '') || ')'
        )
    END
)
FROM pg_locks AS l
INNER JOIN pg_class AS c ON l.relation = c.oid
LEFT JOIN pg_stat_activity AS a ON l.pid = a.pid
WHERE
    l.granted AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND l.pid IS DISTINCT FROM pg_backend_pid()
    AND c.relnamespace = 'public'::regnamespace AND c.relname = ANY($1::text[])
GROUP BY c.relname, l.pid, a.application_name
ORDER BY c.relname, l.pid
"""


def require_owned(
    connection: psycopg.Connection[Any], tables: Sequence[str], *, making: bool
) -> None:
    """Raises TablesMissingError, NotOwnerError or, where indexes are made, NoCreateError."""
    owned: dict[str, bool] = dict(ask(connection, _OWNED, list(tables)))
    if missing := [table for table in tables if table not in owned]:
        raise TablesMissingError(missing)
    if others := [table for table in tables if not owned[table]]:
        raise NotOwnerError(_role(connection), others)
    if making and ask(connection, _MAY_CREATE) == [(False,)]:
        raise NoCreateError(_role(connection))


def require_empty(connection: psycopg.Connection[Any], tables: Sequence[str]) -> None:
    """Raises NotEmptyError."""
    if found := counts(connection, tables):
        raise NotEmptyError(found)


def counts(connection: psycopg.Connection[Any], tables: Sequence[str]) -> dict[str, int]:
    """How many rows the tables hold that hold any, counted up to ENOUGH + 1."""
    looks = (
        f"SELECT {text(table)}, (SELECT count(*) FROM"
        f" (SELECT FROM public.{identifier(table)} LIMIT {ENOUGH + 1}) AS first)"
        for table in tables
    )
    if not tables:
        return {}
    return {table: count for table, count in ask(connection, " UNION ALL ".join(looks)) if count}


def lock(connection: psycopg.Connection[Any], tables: Sequence[str]) -> None:
    """Keep everybody else out of the tables until the transaction ends.

    Raises TablesHeldError, after which the transaction has failed.
    """
    names = ", ".join(f"public.{identifier(table)}" for table in tables)
    connection.execute("SAVEPOINT lock")
    try:
        connection.execute(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE")
    except psycopg.errors.LockNotAvailable as error:
        connection.execute("ROLLBACK TO lock")
        holders = [str(row[0]) for row in ask(connection, _HOLDERS, list(tables))]
        raise TablesHeldError(transaction.PATIENCE, holders) from error


def _role(connection: psycopg.Connection[Any]) -> str:
    return str(ask(connection, "SELECT current_user")[0][0])
