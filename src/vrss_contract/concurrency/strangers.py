"""Two sessions that share no row: one leaves open what it did, the other does something meanwhile.

Everything is undone, so that the rows need not be put back between two of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from vrss_contract.concurrency.oracle import RETRIED
from vrss_contract.concurrency.schedule.program import Level
from vrss_contract.concurrency.schedule.watched import (
    FORCED,
    UNDONE,
    Wait,
    WatchedSession,
    begin,
    begun,
    done,
)
from vrss_contract.concurrency.schedule.wire import GoneError, Reply
from vrss_contract.sql import condition
from vrss_contract.sql.literal import identifier

_ENVIRONMENT = ("53", "57", "58")
_DENIED = "insufficient_privilege"


@dataclass(frozen=True, slots=True)
class NamedStatement:
    """A statement, and what it is called."""

    name: str
    sql: str
    reader: bool = False
    """Whether it is what a role does that may only read."""


@dataclass(frozen=True, slots=True)
class Alone:
    """What came of a statement that nobody was beside."""

    statement: NamedStatement
    fault: str
    """Why it can't be tried; nothing where it did something."""
    keys: tuple[str, ...] = ()
    """The advisory locks that it took, as the functions take them."""


@dataclass(frozen=True, slots=True)
class Met:
    """What became of a statement beside another one, where that is no good ending."""

    first: NamedStatement
    second: NamedStatement
    seen: Wait | Reply


@dataclass(frozen=True, slots=True)
class Reader:
    """A role that may only read, and what it takes hold of."""

    role: str
    tables: Sequence[str]
    """By their names in SQL, with their schemas."""
    keys: tuple[str, ...]
    """The advisory locks that it asks for, and may be denied."""


def alone(session: WatchedSession, statements: Iterable[NamedStatement]) -> Iterator[Alone]:
    """Run each by itself, and undo it."""
    for one in statements:
        reply = done(session.run(begin()))
        reply = _reply(session.run(one.sql))
        forced = reply if reply.sqlstate else _reply(session.run(FORCED))
        keys = () if forced.sqlstate else tuple(session.advisory_keys)
        yield Alone(one, _fault(reply, forced), keys)
        done(session.run(UNDONE))


def beside(
    first: WatchedSession,
    second: WatchedSession,
    opened: NamedStatement,
    tried: Iterable[NamedStatement],
    level: Level = Level.RC,
) -> Iterator[Met]:
    """Leave one open, and run each of the others meanwhile; yields those that suffer from it."""
    done(first.run(begun(opened.sql, level)))
    yield from _meanwhile(first, second, opened, tried, level)
    done(first.run(UNDONE))


def beside_reader(
    first: WatchedSession, second: WatchedSession, reader: Reader, tried: Iterable[NamedStatement]
) -> Iterator[Met]:
    """Have a reader hold what it can in the first session, whose own role owns the tables."""
    tables = reader.tables
    for right in granted(reader.role, tables):
        done(first.run(right))
    done(first.run(f"SET ROLE {identifier(reader.role)}"))
    for key in reader.keys:
        reply = _reply(first.run(f"SELECT pg_advisory_lock({key})"))
        if reply.sqlstate and condition.name(reply.sqlstate) != _DENIED:
            done(reply)
    for read in ("BEGIN", *reads(tables)):
        done(first.run(read))
    opened = NamedStatement("a role that may only read", "; ".join(reads(tables)), reader=True)
    yield from _meanwhile(first, second, opened, tried, Level.RC)
    done(first.run(f"{UNDONE}; RESET ROLE"))


def granted(role: str, tables: Sequence[str]) -> list[str]:
    """What lets a role read tables, whose names are SQL."""
    schemas = dict.fromkeys(name.rpartition(".")[0] for name in tables)
    to = f"TO {identifier(role)}"
    return [
        *(f"GRANT USAGE ON SCHEMA {schema} {to}" for schema in schemas),
        *(f"GRANT SELECT ON {table} {to}" for table in tables),
    ]


def reads(tables: Iterable[str]) -> list[str]:
    """What takes every lock on tables that their reader can take, by their names in SQL."""
    return [
        statement
        for table in tables
        for statement in (
            f"SELECT FROM {table} LIMIT 1",
            f"LOCK TABLE {table} IN ACCESS SHARE MODE",
        )
    ]


def _meanwhile(
    first: WatchedSession,
    second: WatchedSession,
    opened: NamedStatement,
    tried: Iterable[NamedStatement],
    level: Level,
) -> Iterator[Met]:
    statements = [*tried]
    texts = [one.sql for one in statements]
    for place, seen in second.run_each(texts, [first.pid], level, anew=False):
        if _suffers(seen):
            yield Met(opened, statements[place], seen)


def _suffers(seen: Wait | Reply) -> bool:
    """Whether it ended as it would not have alone.

    Raises:
        GoneError: for a reason that is neither's.
    """
    if isinstance(seen, Reply) and seen.sqlstate.startswith(_ENVIRONMENT):
        raise GoneError(f"{condition.name(seen.sqlstate)}: {seen.message}")
    return isinstance(seen, Wait) or condition.name(seen.sqlstate) not in RETRIED


def _reply(seen: Reply | Wait) -> Reply:
    return done(seen) if isinstance(seen, Wait) else seen


def _fault(reply: Reply, forced: Reply) -> str:
    if forced.sqlstate:
        return f"refused with {condition.name(forced.sqlstate)}: {forced.message}"
    return "" if reply.rows else "it reads and writes no row"
