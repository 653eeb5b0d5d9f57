"""The one transaction that a fill is.

It begins alike whatever the role, the database or the server has set, and ends as a whole.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

import psycopg

from vrss_contract.data.dataset.asking import path, run
from vrss_contract.data.dataset.errors import IN_DOUBT, TRIGGERS_OFF
from vrss_contract.database.loader import said
from vrss_contract.postgres.pinned_settings import transaction_sql

PATIENCE = 5.0
"""Seconds to wait for a table that somebody else uses."""
MEMORY = "64MB"
"""For one sort or hash of a key, an index or a reference; more makes it no faster."""
_BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
_SETTINGS = f"""
SET LOCAL TimeZone = 'UTC';
SET LOCAL lock_timeout = %d;
SET LOCAL default_tablespace = '';
SET LOCAL maintenance_work_mem = '{MEMORY}';
SET LOCAL jit = off;
SET LOCAL statement_timeout = 0
"""
_NOTICE_A_LOST_CLIENT = "SET LOCAL client_connection_check_interval = '1s'"


@contextlib.contextmanager
def whole(
    connection: psycopg.Connection[Any], schemas: Sequence[str] = ("public",)
) -> Iterator[None]:
    """All of the block or none of it, whatever ends it.

    Raises TroubleError where the commit was sent and nobody knows what came of it.
    """
    connection.execute(_BEGIN)
    try:
        run(connection, path(schemas))
        _settle(connection)
        yield
    except BaseException:
        with contextlib.suppress(psycopg.Error):
            connection.execute("ROLLBACK")
        raise
    try:
        connection.execute("COMMIT")
    except KeyboardInterrupt as error:
        raise IN_DOUBT(reason="it was interrupted") from error
    except psycopg.Error as error:
        if connection.closed:
            raise IN_DOUBT(reason=said(error)) from error
        raise


def _settle(connection: psycopg.Connection[Any]) -> None:
    """Settings that end with the transaction. Raises TroubleError where triggers are off."""
    connection.execute(transaction_sql(connection.info.server_version).encode())
    run(connection, _SETTINGS % (PATIENCE * 1000))
    _let_triggers_fire(connection)
    connection.execute("SAVEPOINT client")
    try:
        connection.execute(_NOTICE_A_LOST_CLIENT)
    except psycopg.Error:  # an older server, or a system that can't tell
        connection.execute("ROLLBACK TO client")
    connection.execute("RELEASE client")


def _let_triggers_fire(connection: psycopg.Connection[Any]) -> None:
    """See that triggers and references do what they are there for. Raises TroubleError."""
    query = "SELECT pg_catalog.current_setting('session_replication_role')"
    (mode,) = connection.execute(query).fetchone() or ("origin",)
    if mode == "origin":
        return
    try:
        connection.execute("SET LOCAL session_replication_role = origin")
    except psycopg.errors.InsufficientPrivilege as error:
        raise TRIGGERS_OFF(mode=mode) from error
