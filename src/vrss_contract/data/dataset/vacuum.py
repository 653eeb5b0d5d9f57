"""Statistics, a visibility map and frozen rows, so that plans and buffers don't vary."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

import psycopg

from vrss_contract.data.dataset.errors import NOT_VACUUMED
from vrss_contract.data.dataset.progress import Meter
from vrss_contract.data.dataset.transaction import MEMORY, PATIENCE
from vrss_contract.database.loader import said
from vrss_contract.sql.literal import qualified

_SETTINGS = {
    "statement_timeout": "0",
    "lock_timeout": str(int(PATIENCE * 1000)),
    "maintenance_work_mem": MEMORY,
    # VACUUM marks a page only where the log of the commits around its rows' one is on the disk; a
    # commit that waits for no disk, such as that of the table before, would keep it from that.
    "synchronous_commit": "local",
}


def vacuum(
    connection: psycopg.Connection[Any], tables: Sequence[str], home: str, meter: Meter
) -> None:
    """VACUUM (FREEZE, ANALYZE) each table; the session's settings are then what they were.

    ``home`` is the schema of names that say none.

    Raises TroubleError, also where it was interrupted.
    """
    left = list(tables)
    try:
        with _settings(connection):
            _count_now(connection)
            for done, table in enumerate(tables, 1):
                connection.execute(f"VACUUM (FREEZE, ANALYZE) {qualified(table, home)}".encode())
                left.remove(table)
                meter.at("vacuum", done / len(tables))
    except KeyboardInterrupt as error:
        raise NOT_VACUUMED(tables=left, reason="it was interrupted") from error
    except psycopg.Error as error:
        raise NOT_VACUUMED(tables=left, reason=said(error)) from error


def _count_now(connection: psycopg.Connection[Any]) -> None:
    """Have the rows written so far counted as changed before ANALYZE, not as changed since.

    The server hands on what a session has written once a second, or when it is told to.
    """
    with contextlib.suppress(psycopg.errors.UndefinedFunction):  # before PostgreSQL 15
        connection.execute("SELECT pg_catalog.pg_stat_force_next_flush()")


@contextlib.contextmanager
def _settings(connection: psycopg.Connection[Any]) -> Iterator[None]:
    before = {name: _set(connection, name, value) for name, value in _SETTINGS.items()}
    try:
        yield
    finally:
        with contextlib.suppress(psycopg.Error):
            for name, value in before.items():
                _set(connection, name, value)


def _set(connection: psycopg.Connection[Any], name: str, value: str) -> str:
    """What it was set to until now."""
    query = "SELECT pg_catalog.current_setting($1), pg_catalog.set_config($1, $2, FALSE)"
    with psycopg.RawCursor(connection) as cursor:
        row = cursor.execute(query, [name, value]).fetchone()
    return str(row[0]) if row else ""
