"""What a migration has done to tables with rows, as its own session and another one see it.

Asked after each statement and before the commit: then its locks are held, and what the server
counts in the open transaction is there to be read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg

MODES = (
    *("AccessShareLock", "RowShareLock", "RowExclusiveLock", "ShareUpdateExclusiveLock"),
    *("ShareLock", "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock"),
)
"""Weakest first."""
STOPS_WRITERS, STOPS_READERS = MODES.index("ShareLock"), MODES.index("AccessExclusiveLock")
_LOCKS = """
SELECT relation::bigint, mode FROM pg_locks
WHERE
    pid = %s AND locktype = 'relation' AND relation = ANY(%s)
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
_SEEN = """
SELECT pg_catalog.json_build_object(
    'tables', (
        SELECT pg_catalog.json_object_agg(
            c.oid::bigint, pg_catalog.json_build_object(
                'file', pg_catalog.pg_relation_filenode(c.oid),
                'read', pg_catalog.pg_stat_get_xact_tuples_returned(c.oid),
                'inserted', pg_catalog.pg_stat_get_xact_tuples_inserted(c.oid),
                'updated', pg_catalog.pg_stat_get_xact_tuples_updated(c.oid),
                'deleted', pg_catalog.pg_stat_get_xact_tuples_deleted(c.oid)
            )
        )
        FROM pg_catalog.pg_class AS c WHERE c.oid = ANY($1::oid[])
    ),
    'columns', (
        SELECT pg_catalog.json_object_agg(
            pg_catalog.concat(a.attrelid::bigint, '.', a.attnum), pg_catalog.json_build_object(
                'table', a.attrelid::bigint, 'name', a.attname,
                'type', pg_catalog.concat(a.atttypid::bigint, '.', a.atttypmod),
                'spelt', pg_catalog.format_type(a.atttypid, a.atttypmod),
                'required', a.attnotnull
            )
        )
        FROM pg_catalog.pg_attribute AS a
        WHERE a.attrelid = ANY($1::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
    ),
    'constraints', (
        SELECT pg_catalog.json_object_agg(
            k.oid::bigint, pg_catalog.json_build_object(
                'table', k.conrelid::bigint, 'name', k.conname, 'type', k.contype,
                'to', k.confrelid::bigint, 'validated', k.convalidated,
                'says', pg_catalog.pg_get_constraintdef(k.oid)
            )
        )
        FROM pg_catalog.pg_constraint AS k
        WHERE k.conrelid = ANY($1::oid[]) OR k.confrelid = ANY($1::oid[])
    ),
    'indexes', (
        SELECT pg_catalog.json_object_agg(
            i.indexrelid::bigint, pg_catalog.json_build_object(
                'table', i.indrelid::bigint, 'name', c.relname,
                'file', pg_catalog.pg_relation_filenode(c.oid)
            )
        )
        FROM pg_catalog.pg_index AS i INNER JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
        WHERE i.indrelid = ANY($1::oid[])
    ),
    'lock_timeout', pg_catalog.current_setting('lock_timeout')
)
"""

Rows = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class TableFacts:
    """The state of the watched tables at one moment of a transaction; keys are OIDs."""

    tables: Rows
    columns: Rows
    constraints: Rows
    indexes: Rows
    lock_timeout: str


@dataclass(frozen=True, slots=True)
class WatchedTable:
    """A table that was there before the migration."""

    oid: int
    name: str
    """As people call it: without the schema where that is the usual one."""
    spelt: str
    """As SQL spells it anywhere."""
    rows: int
    column: str
    """One that may be written, as SQL spells it; nothing where there is none."""


@dataclass(slots=True)
class Sight:
    """One statement, and what was seen when it was done."""

    sql: str
    file: str
    line: int
    seconds: float
    before: TableFacts
    after: TableFacts
    locks: Mapping[int, int] = field(default_factory=dict)
    """The strongest mode that is held on each table, by its place in MODES."""
    blocked: dict[int, set[str]] = field(default_factory=dict)
    passed: dict[int, set[str]] = field(default_factory=dict)
    queued: bool = False
    """Whether it was seen to wait behind a session that was there first."""

    def counted(self, oid: int, what: str) -> int:
        """Rows of the table that the statement read or wrote."""
        now = self.after.tables.get(str(oid), {}).get(what) or 0
        return int(now) - int(self.before.tables.get(str(oid), {}).get(what) or 0)


def facts(session: psycopg.Connection[Any], oids: Sequence[int]) -> TableFacts:
    """What the migrating session sees of these tables. Raises psycopg.Error."""
    with psycopg.RawCursor(session) as cursor:
        row = cursor.execute(_SEEN, [list(oids)]).fetchone()
    found: dict[str, Any] = row[0] if row else {}
    return TableFacts(
        found.get("tables") or {},
        found.get("columns") or {},
        found.get("constraints") or {},
        found.get("indexes") or {},
        str(found.get("lock_timeout")),
    )


def locks(admin: psycopg.Connection[Any], pid: int, oids: Sequence[int]) -> dict[int, int]:
    """The strongest lock that a session holds or waits for on each table."""
    found: dict[int, int] = {}
    for oid, mode in admin.execute(_LOCKS, [pid, list(oids)]):
        found[oid] = max(found.get(oid, 0), MODES.index(mode))
    return found


def mode_words(mode: int) -> str:
    """``AccessExclusiveLock`` as SQL spells it."""
    name = MODES[mode].removesuffix("Lock")
    return "".join(f" {letter}" if letter.isupper() else letter for letter in name).strip().upper()
