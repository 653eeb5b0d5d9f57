"""Kind ``strangers``: no operation waits for what another session left open that shares no row.

One session runs an operation and stays open; beside it another one tries all of them in turn. Or a
role that may only read holds whatever it can. Rule: contracts/README.md, "strangers".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

import psycopg

from vrss_contract.checks.judged import Judged, lost
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.kind import Kind, as_one
from vrss_contract.checks.verdict import Finding
from vrss_contract.concurrency import strangers
from vrss_contract.concurrency.restorable import RestorableDatabase
from vrss_contract.concurrency.schedule.program import Level
from vrss_contract.concurrency.schedule.watched import Wait, WatchedSession, watched
from vrss_contract.concurrency.schedule.wire import GoneError
from vrss_contract.concurrency.strangers import Alone, Met, NamedStatement, Reader
from vrss_contract.concurrency.workload.call import with_values
from vrss_contract.contract.model import Contract, StrangersPromise
from vrss_contract.database import baseline_rows
from vrss_contract.database.loader import said
from vrss_contract.database.scratch import Database
from vrss_contract.sql import condition
from vrss_contract.sql.literal import qualified
from vrss_contract.target import Target

_EXPECTED = "nobody waits"
_SHOWN = "-- session a\n{};\n-- session b\nBEGIN; {}; COMMIT;"


def _judge(
    promises: Mapping[str, StrangersPromise], context: JudgingContext
) -> Iterator[Iterable[Judged]]:
    with context.clone() as copy, RestorableDatabase(copy, context.contract) as restorable:
        for promise in promises.values():
            yield _judged(promise, context, copy, restorable)


def _sql(promise: StrangersPromise, contract: Contract, _: Target) -> str:
    """The rows, what is left open, and what is tried beside it."""
    lines = ["-- committed first", *(f"{row};" for row in rows(promise, contract))]
    if promise.reader:
        tables = _tables(contract, contract.tables)
        lines += ["", "-- session a, a role that may only read, holds the advisory locks that the"]
        lines += [
            "-- operations take, by SELECT pg_advisory_lock(), and reads all tables",
            "BEGIN;",
        ]
        lines += [f"{one};" for one in strangers.reads(tables)]
    else:
        lines += ["", "-- session a runs one of these, and stays open"]
        lines += [f"BEGIN; {one.sql};" for one in left_open(promise, contract)]
    lines += ["", "-- session b runs any of these meanwhile, and does not wait"]
    return "\n".join([*lines, *(f"BEGIN; {one.sql}; COMMIT;" for one in tried(promise, contract))])


def rows(promise: StrangersPromise, contract: Contract) -> list[str]:
    """What makes the rows that every two begin with."""
    both = (*tried(promise, contract), *left_open(promise, contract))
    return baseline_rows.rows((one.sql for one in both), promise.given, contract)


def left_open(promise: StrangersPromise, contract: Contract) -> list[NamedStatement]:
    """The operations that stay open."""
    return _called(promise.left_open, promise.one, contract)


def tried(promise: StrangersPromise, contract: Contract) -> list[NamedStatement]:
    """The operations that must not wait."""
    return _called(promise.operations, promise.other, contract)


def findings(met: Iterable[Met]) -> list[Finding]:
    """What was seen: a finding for each lock that somebody waited for, of each one left open."""
    groups: dict[tuple[NamedStatement, str], list[Met]] = {}
    for one in met:
        groups.setdefault((one.first, _became(one)), []).append(one)
    return [_finding(became, group) for (_, became), group in groups.items()]


def forbidden(met: Iterable[Met], promise: StrangersPromise) -> Iterator[Met]:
    """Those that no exception is for: who is excepted may wait for a reader's advisory lock."""
    excepted = {one.operation for one in promise.excepted}
    for one in met:
        advisory = isinstance(one.seen, Wait) and one.seen.lock.advisory
        if not (advisory and one.second.name in excepted):
            yield one


def _judged(
    promise: StrangersPromise,
    context: JudgingContext,
    copy: Database,
    restorable: RestorableDatabase,
) -> list[Judged]:
    found: list[Judged] = []
    try:
        restorable.prepare(rows(promise, context.contract))
        with watched(copy, 2) as (first, second):
            seconds = _tried_alone(second, tried(promise, context.contract), found)
            if promise.reader:
                met = _beside_reader(first, second, seconds, context, copy.stranger)
            else:
                firsts = _tried_alone(second, left_open(promise, context.contract), found)
                met = _beside(first, second, firsts, seconds, thorough=context.thorough)
            seen = islice(forbidden(met, promise), 1 if context.brief else None)
            found += [Judged((one,)) for one in findings(seen)]
    except GoneError as error:
        found.append(lost(Finding("two sessions", "they are played to their end", str(error))))
    except psycopg.Error as error:
        found.append(lost(Finding("the rows before", "they are taken", said(error))))
    return found


def _tried_alone(
    session: WatchedSession, statements: list[NamedStatement], found: list[Judged]
) -> list[Alone]:
    """Those that can be tried; why others can't is found."""
    seen = list(strangers.alone(session, statements))
    found += [
        lost(Finding(f"`{one.statement.name}` alone", "it does something", one.fault))
        for one in seen
        if one.fault
    ]
    return [one for one in seen if not one.fault]


def _beside(
    first: WatchedSession,
    second: WatchedSession,
    firsts: list[Alone],
    seconds: list[Alone],
    *,
    thorough: bool,
) -> Iterator[Met]:
    statements = [one.statement for one in seconds]
    for level in Level if thorough else (Level.RC,):
        for one in firsts:
            yield from strangers.beside(first, second, one.statement, statements, level)


def _beside_reader(
    first: WatchedSession,
    second: WatchedSession,
    seconds: list[Alone],
    context: JudgingContext,
    role: str,
) -> Iterator[Met]:
    keys = dict.fromkeys(key for one in seconds for key in one.keys)
    tables = _tables(context.contract, context.catalog.tables)
    reader = Reader(role, tables, tuple(keys))
    return strangers.beside_reader(first, second, reader, [one.statement for one in seconds])


def _became(one: Met) -> str:
    if isinstance(one.seen, Wait):
        return f"wait for {one.seen.lock}"
    return f"fail with {condition.name(one.seen.sqlstate)}"


def _finding(became: str, group: list[Met]) -> Finding:
    one = group[0]
    names = ", ".join(f"`{each.second.name}`" for each in group)
    where = one.seen.where if isinstance(one.seen, Wait) else one.seen.message
    found = "\n".join([f"{became}: {names}", *where.splitlines()])
    shown = _SHOWN.format(_taken(one), one.second.sql)
    beside = one.first.name if one.first.reader else f"`{one.first.name}`, left open"
    return Finding(f"beside {beside}", _EXPECTED, found, shown)


def _taken(one: Met) -> str:
    """What the first session runs to hold what the second one waits for."""
    if isinstance(one.seen, Wait) and one.seen.lock.advisory and one.first.reader:
        return f"SELECT pg_advisory_lock({one.seen.lock.key_sql})"
    return f"BEGIN; {one.first.sql}"


def _called(
    names: Iterable[str], values: Mapping[str, int | str | bool | None], contract: Contract
) -> list[NamedStatement]:
    """The operations, each with its own values, those of all, or the first that it takes."""
    return [NamedStatement(name, with_values(name, values, contract.operations)) for name in names]


def _tables(contract: Contract, there: Iterable[str]) -> list[str]:
    """The declared tables that are there, by their names in SQL, schema and all."""
    home = contract.schemas[0]
    return [qualified(name, home) for name in contract.tables if name in {*there}]


KIND: Kind[StrangersPromise] = Kind((StrangersPromise,), _judge, _sql, as_one)
