"""The one transaction that a database is looked at in.

REPEATABLE READ READ ONLY, every table locked against changes of its form before the snapshot is
taken, as pg_dump does it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import psycopg

from vrss_contract.contract.model import Contract, InvariantPromise
from vrss_contract.database.catalog import read as catalog
from vrss_contract.database.catalog.facts import Catalog
from vrss_contract.database.loader import said
from vrss_contract.doctor.errors import HELD_TABLE, NO_CATALOG
from vrss_contract.postgres.pinned_settings import transaction_sql
from vrss_contract.sql.literal import identifier, named, parts, qualified, relation

_WAIT = 10
"""Seconds to wait for a lock: whoever stands behind us in its queue waits as well."""
_READABLE = """
SELECT n.nspname, c.relname
FROM pg_catalog.pg_class AS c INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE (n.nspname, c.relname) IN (SELECT * FROM unnest(%s::text[], %s::text[]))
AND c.relkind IN ('r', 'p') AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
AND pg_catalog.has_table_privilege(c.oid, 'SELECT')
ORDER BY c.oid
"""
_BEGIN = """
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SET LOCAL search_path = {path}, pg_temp;
SET LOCAL TimeZone = 'UTC';
SET LOCAL statement_timeout = {timeout};
SET LOCAL lock_timeout = {wait};
SET LOCAL row_security = off;
SET LOCAL work_mem = '16MB';
SET LOCAL hash_mem_multiplier = 2
"""
"""All of it ends with the transaction, so that a pooler gets its session back as it was. With
``row_security`` off a policy that would hide rows is an error, not a smaller count."""
_ABANDON = "SET LOCAL client_connection_check_interval = '1s'"
"""The server gives up soon after we are gone, where it knows how."""
_ENCODING = "UTF8"
_STANDBY = "a standby: scans of indexes are those of this server alone"
_HOLDERS = """
SELECT DISTINCT l.pid, n.nspname, c.relname
FROM pg_catalog.pg_locks AS l INNER JOIN pg_catalog.pg_class AS c ON c.oid = l.relation
INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE l.mode = 'AccessExclusiveLock'
AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
AND (n.nspname, c.relname) IN (SELECT * FROM unnest(%s::text[], %s::text[]))
ORDER BY l.pid, n.nspname, c.relname
"""


@dataclass(frozen=True, slots=True)
class Opened:
    """What is read as the transaction begins."""

    catalog: Catalog
    notes: tuple[str, ...] = ()


@contextlib.contextmanager
def reading(
    connection: psycopg.Connection,
    tables: Sequence[str],
    timeout: float,
    schemas: Sequence[str] = ("public",),
) -> Iterator[Opened]:
    """Open the transaction on an autocommit connection, and undo it at the end.

    Args:
        connection: whose role needs to read the tables and nothing more.
        tables: those to hold still; one that is not there is left out.
        timeout: seconds that one statement may take.
        schemas: what is read; tables whose name says no schema are in the first.

    Raises:
        TroubleError: the catalog can't be read, or somebody changes the form of a table.
    """
    try:
        notes = _begin(connection, tables, timeout, schemas)
        opened = Opened(catalog.read(connection, schemas), notes)
    except psycopg.Error as error:
        raise NO_CATALOG(schemas=_spoken(schemas), reason=said(error)) from error
    try:
        yield opened
    finally:
        with contextlib.suppress(psycopg.Error):  # gone, and the transaction with it
            connection.execute("ROLLBACK")


def encoding(connection: psycopg.Connection) -> Iterator[str]:
    """A note where the database holds other texts than the contract may speak of."""
    has = connection.info.parameter_status("server_encoding")
    if has != _ENCODING:
        yield (
            f"the database's encoding is {has}, not {_ENCODING}: a text that it can't hold"
            " can be neither in it nor asked for"
        )


def invariants(contract: Contract) -> Iterator[tuple[str, InvariantPromise]]:
    """The invariants by id."""
    for clause in contract.clauses:
        if isinstance(clause.promise, InvariantPromise):
            yield clause.id, clause.promise


def _spoken(schemas: Sequence[str]) -> str:
    return f"the schema{'s' if len(schemas) > 1 else ''} {', '.join(schemas)}"


def _begin(
    connection: psycopg.Connection, tables: Sequence[str], timeout: float, schemas: Sequence[str]
) -> tuple[str, ...]:
    whole = [parts(qualified(table, schemas[0])) for table in tables]
    names = connection.execute(_READABLE, _columns(whole)).fetchall()
    limit = max(1, int(timeout * 1000))
    path = ", ".join(map(identifier, schemas))
    wait = min(limit, _WAIT * 1000)
    connection.execute(_BEGIN.format(timeout=limit, wait=wait, path=path).encode())
    connection.execute(transaction_sql(connection.info.server_version).encode())
    with contextlib.suppress(psycopg.DatabaseError), connection.transaction():
        connection.execute(_ABANDON)
    if names:
        _hold(connection, names, schemas[0])
    row = connection.execute("SELECT pg_is_in_recovery()").fetchone()
    return (_STANDBY,) if row and row[0] else ()


def _columns(rows: Sequence[tuple[str, ...]]) -> list[list[str]]:
    """Schemas and names, each as an array: what ``unnest`` makes rows of."""
    return [[row[place] for row in rows] for place in (0, 1)]


def _hold(connection: psycopg.Connection, names: Sequence[tuple[str, ...]], home: str) -> None:
    """Lock the tables against changes of their form, before the first query takes the snapshot."""
    try:
        listed = ", ".join(relation(named(*name)) for name in names)
        connection.execute(f"LOCK TABLE {listed} IN ACCESS SHARE MODE".encode())
    except (psycopg.errors.LockNotAvailable, psycopg.errors.QueryCanceled) as error:
        connection.execute("ROLLBACK")
        holders = connection.execute(_HOLDERS, _columns(names)).fetchall()
        told = [
            f"session {pid} holds {named('' if schema == home else schema, name)}, or waits to"
            for pid, schema, name in holders
        ]
        nobody = ["no lock in time; whoever had it has let go since"]
        raise HELD_TABLE(holders=told or nobody) from error
