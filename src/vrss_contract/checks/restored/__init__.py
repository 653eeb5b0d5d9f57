"""Kind ``restored``: what pg_dump and pg_restore bring back is what was there.

The real programs copy a database with rows into an empty one, or its rows into one that the target
was freshly loaded into. Rule: contracts/README.md, "restored".
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import psycopg

from vrss_contract.checks.judged import Judged, lost
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.kind import Kind, as_one
from vrss_contract.checks.restored import differences, meeting
from vrss_contract.checks.restored.state import State, advance, look
from vrss_contract.checks.verdict import Finding
from vrss_contract.contract.model import Contract, Given, RestoredPromise
from vrss_contract.database.baseline_rows import inserts
from vrss_contract.database.clear_tables import emptied
from vrss_contract.database.loader import said
from vrss_contract.database.row_factory import CANDIDATE, Factory
from vrss_contract.database.scratch import Database
from vrss_contract.database.without_triggers import without_triggers
from vrss_contract.errors import TroubleError
from vrss_contract.postgres import DumpPrograms
from vrss_contract.postgres.find_programs import programs
from vrss_contract.postgres.run_directory import says_no_room
from vrss_contract.target import Target

_FLAGS: Mapping[str, tuple[str, ...]] = {
    "schema-only": ("--schema-only",),
    "whole": (),
    "data-only": ("--data-only",),
}
_COMPARED = {
    "catalog": differences.of_catalogs,
    "rows": differences.of_rows,
}
# The programs tell no SQLSTATE, so words are all there is to tell these cases apart.
_ENDED = re.compile(r"server closed the connection|terminating connection|connection to server")
_LINES = 8
_NO_RIGHT = "the administrator may not set session_replication_role: use a superuser's connection"


@dataclass(frozen=True, slots=True)
class _Way:
    """What one copy was, and what came of it."""

    name: str
    source: Database
    goal: Database
    before: State
    after: State | None = None
    """None where nothing can be said of the goal."""
    complaint: str = ""
    """What pg_restore could not do."""
    lost: str = ""
    """Why nothing can be said."""
    unfilled: str = ""
    """Why not every table has a row."""


def _judge(
    promises: Mapping[str, RestoredPromise], context: JudgingContext
) -> Iterator[Iterable[Judged]]:
    judged: dict[str, list[Judged]] = {}
    while rest := {id_: one for id_, one in promises.items() if id_ not in judged}:
        given = next(iter(rest.values())).given
        judged |= _all_ways({k: v for k, v in rest.items() if v.given == given}, given, context)
    yield from (judged[id_] for id_ in promises)


def _sql(promise: RestoredPromise, contract: Contract, _: Target) -> str:
    """The rows, and the commands that copy the database."""
    flags = " ".join(("--format=custom", *_FLAGS[promise.way]))
    off = "PGOPTIONS='-c session_replication_role=replica' " * (promise.way == "data-only")
    return "\n".join(
        [
            "-- in a database with the target",
            *(f"{row};" for row in _rows(promise.given, contract)),
            "-- in a shell; what is then in RESTORED is compared with what is in SOURCE",
            f'-- pg_dump {flags} "$SOURCE" | {off}pg_restore --dbname="$RESTORED";',
        ]
    )


def _all_ways(
    promises: Mapping[str, RestoredPromise], given: Sequence[Given], context: JudgingContext
) -> dict[str, list[Judged]]:
    """What each promise is worth that begins with these rows."""
    try:
        tools = programs(context.databases.access)
    except TroubleError as trouble:
        finding = Finding(trouble.headline, trouble.remedy, trouble.found)
        return {id_: [lost(finding)] for id_ in promises}
    judged: dict[str, list[Judged]] = {}
    with context.clone() as source:
        unfilled = _fill(source, given, context.contract)
        aspects = _aspects(promises.values())
        before = look(source, context.contract, {one for all_ in aspects.values() for one in all_})
        for name in aspects:
            with _goal(name, context) as goal:
                empty = _Way(name, source, goal, before, unfilled=unfilled)
                way = _copied(empty, aspects[name], tools, context)
                judged |= {
                    id_: _judged(one, way, context)
                    for id_, one in promises.items()
                    if one.way == name
                }
    return judged


def _fill(database: Database, given: Sequence[Given], contract: Contract) -> str:
    """Put the rows in; returns why not every table has one."""
    refused = ""
    with database.connect() as session:
        session.execute(emptied(contract.tables).encode())
        for row in _rows(given, contract):
            try:
                session.execute(row.encode())
            except psycopg.OperationalError:
                raise
            except psycopg.Error as error:
                refused = refused or f"{row}\n{said(error)}"
        advance(session, contract.schemas)
    return refused


def _rows(given: Sequence[Given], contract: Contract) -> Iterator[str]:
    """What makes the baseline rows, one of each other table, and the given ones."""
    factory = Factory(contract)
    baseline = factory.baseline()
    for made in baseline.values():
        yield from made
    for table in contract.tables.values():
        if table.holds_rows and table.name not in baseline:
            yield factory.insert(table.name, {}, number=CANDIDATE)
    yield from inserts(given, factory)


@contextlib.contextmanager
def _goal(way: str, context: JudgingContext) -> Iterator[Database]:
    """An empty database, or one that the target was loaded into, its own rows taken out."""
    if way != "data-only":
        database = context.databases.create()
        try:
            yield database
        finally:
            context.databases.drop(database)
        return
    with context.clone() as loaded:
        with loaded.connect() as session:
            session.execute(emptied(context.contract.tables).encode())
        yield loaded


def _aspects(promises: Iterable[RestoredPromise]) -> dict[str, set[str]]:
    """What is asked of each way."""
    found: dict[str, set[str]] = {}
    for one in promises:
        found.setdefault(one.way, set()).add(one.aspect)
    return found


def _copied(
    way: _Way, aspects: Collection[str], tools: DumpPrograms, context: JudgingContext
) -> _Way:
    """Copy the source into the goal, and look at what is there then."""
    with contextlib.ExitStack() as quiet:
        able = way.name != "data-only" or quiet.enter_context(
            without_triggers(way.goal, alone=True)
        )
        if not able:
            return replace(way, lost=_NO_RIGHT)
        copied = tools.copy(way.source.user, way.goal.user, *_FLAGS[way.name])
    if copied.dump or _ENDED.search(copied.restore) or says_no_room(copied.restore.encode()):
        return replace(way, lost=_short(copied.dump or copied.restore))
    after = look(way.goal, context.contract, aspects)
    return replace(way, complaint=_short(copied.restore), after=after)


def _judged(promise: RestoredPromise, way: _Way, context: JudgingContext) -> list[Judged]:
    because = f"pg_dump {' '.join(_FLAGS[way.name])}".strip()
    if way.after is None:
        return [lost(Finding(because, "a copy of the database", way.lost))]
    if promise.aspect == "pairs":
        return list(meeting.judged(promise.pairs, way.goal, context))
    if promise.aspect == "loads":
        found = [Finding(because, "every statement is taken", way.complaint)]
        judged = [Judged(tuple(found))] if way.complaint else []
    else:
        judged = [Judged(tuple(_COMPARED[promise.aspect](way.before, way.after)))]
    if way.unfilled and way.name != "schema-only" and promise.aspect != "catalog":
        judged.append(lost(Finding("the rows before", "they are taken", way.unfilled)))
    return judged


def _short(said: str) -> str:
    return "\n".join(said.splitlines()[:_LINES])


KIND: Kind[RestoredPromise] = Kind((RestoredPromise,), _judge, _sql, as_one)
