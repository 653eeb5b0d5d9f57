"""Locks as the server lists them, in words: what a session waits for, and what it has taken."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg

_WAITED = """
SELECT waited.locktype, waited.mode, pg_class.relname, classid, objid, objsubid, (
    SELECT its.relname
    FROM pg_locks AS held
    JOIN pg_class AS its ON its.oid = held.relation
    WHERE held.pid = waited.pid AND held.locktype = 'tuple' AND held.granted
    LIMIT 1
)
FROM pg_locks AS waited
LEFT JOIN pg_class ON pg_class.oid = waited.relation
WHERE waited.pid = %s AND NOT waited.granted
"""
_ADVISORY = """
SELECT DISTINCT classid, objid, objsubid FROM pg_catalog.pg_locks
WHERE pid = %s AND locktype = 'advisory' AND granted
ORDER BY 1, 2, 3
"""
_TWO_KEYS = 2
"""What stands under objsubid for an advisory lock of two integers; 1 for one of a bigint."""


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock that a session waits for."""

    kind: str
    """As ``pg_locks.locktype`` has it."""
    mode: str
    relation: str | None = None
    key: tuple[int, int, int] | None = None
    """Of an advisory lock: ``classid``, ``objid``, ``objsubid``."""
    row_of: str | None = None
    """The table of the row that the session queues for, where it waits for a transaction."""

    @property
    def advisory(self) -> bool:
        """Whether applications give it its meaning."""
        return self.kind == "advisory"

    @property
    def key_sql(self) -> str:
        """The key of an advisory lock as the functions take it."""
        return key_sql(self.key) if self.key else ""

    def __str__(self) -> str:
        if self.advisory:
            return f"advisory lock ({self.key_sql})"
        if row := self.row_of or (self.relation if self.kind == "tuple" else None):
            return f"a row of {row}"
        if self.relation:
            return f"{self.mode} on {self.relation}"
        return "the end of the transaction" if self.kind == "transactionid" else f"a {self.kind}"


def key_sql(key: tuple[int, int, int]) -> str:
    """An advisory lock's key as the functions take it, by ``classid``, ``objid``, ``objsubid``."""
    high, low, form = key
    if form == _TWO_KEYS:
        return f"{_signed(high, 32)}, {_signed(low, 32)}"
    return str(_signed((high << 32) | low, 64))


def waited_for(admin: psycopg.Connection, pid: int) -> Lock | None:
    """The lock that the session waits for now; None where it waits for none."""
    row = admin.execute(_WAITED, [pid]).fetchone()
    if row is None:
        return None
    kind, mode, relation, *key, row_of = row
    return Lock(kind, mode, relation, _key(key) if kind == "advisory" else None, row_of)


def advisory_keys(admin: psycopg.Connection, pid: int) -> list[str]:
    """The keys of the advisory locks that the session holds, as the functions take them."""
    return [key_sql(_key(row)) for row in admin.execute(_ADVISORY, [pid])]


def _key(row: list[int] | tuple[int, ...]) -> tuple[int, int, int]:
    high, low, form = map(int, row)
    return high, low, form


def _signed(number: int, bits: int) -> int:
    return number - (1 << bits) if number >> (bits - 1) else number
