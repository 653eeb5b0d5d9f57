"""Kind ``schedule``: every interleaving of these sessions ends in an allowed state.

One database serves all clauses, its rows put back before each run. In a gate an execution at a
second mix of levels is not played where it must go as it went at READ COMMITTED: see
``concurrency/same_at_levels``, and ``level_readers`` for who could tell the difference.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import psycopg

from vrss_contract.checks import one_by_one
from vrss_contract.checks.judged import Judged, lacking, lost, named
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.kind import Kind
from vrss_contract.checks.level_readers import LevelReaders
from vrss_contract.checks.reproduction import replay_command
from vrss_contract.checks.verdict import Finding
from vrss_contract.concurrency import scenarios
from vrss_contract.concurrency.oracle import Played
from vrss_contract.concurrency.restorable import RestorableDatabase
from vrss_contract.concurrency.same_at_levels import same_at
from vrss_contract.concurrency.schedule.explore import explore
from vrss_contract.concurrency.schedule.player import Player
from vrss_contract.concurrency.schedule.program import ENDLESS, Level, Run
from vrss_contract.concurrency.workload import replay_text
from vrss_contract.contract.model import Contract, SchedulePromise
from vrss_contract.database.baseline_rows import BaselineRows
from vrss_contract.database.catalog.every_object import every_object
from vrss_contract.database.invariants import Counterexample, told
from vrss_contract.database.loader import said
from vrss_contract.database.scratch import Database
from vrss_contract.target import Target

_MOST = 4
"""Sessions of the largest schedule."""
_LETTERS = "abcd"
_ALLOWED = "an allowed ending"
_TOLD = 3
"""Interleavings of one mix of levels that are told where more end wrongly."""

Mix = tuple[Level, ...]


def _judge(
    promises: Mapping[str, SchedulePromise], context: JudgingContext
) -> Iterator[Iterable[Judged]]:
    with (
        context.clone() as copy,
        RestorableDatabase(copy, context.contract) as restorable,
        Player(copy, _MOST, reset=restorable.reset) as player,
    ):
        readers = _readers(copy)
        for id_, promise in promises.items():
            statements = [statement for one in promise.sessions for statement in one.does]
            alike = not (context.thorough or readers is None or readers.among(statements))
            yield _judged(id_, promise, context, _Stage(restorable, player, alike=alike))


def _sql(promise: SchedulePromise, contract: Contract, _: Target) -> str:
    """The rows and the sessions, as a person would type them into several terminals."""
    lines = [
        "-- committed first",
        *(f"{row};" for row in scenarios.schedule_rows(promise, BaselineRows(contract))),
    ]
    for letter, session in zip(_LETTERS, promise.sessions, strict=False):
        gives_up = f", which gives up where it would wait: {session.gives_up}"
        lines += ["", f"-- session {letter}{gives_up if session.gives_up else ''}", "BEGIN;"]
        lines += [*(f"{statement};" for statement in session.does), "COMMIT;"]
    lines += ["", *(f"-- {want}\nSELECT {have};" for have, want in promise.then.items())]
    return "\n".join(lines)


def mixes(id_: str, promise: SchedulePromise, *, thorough: bool) -> list[Mix]:
    """The isolation levels to play at: every mix, or two that a gate has time for.

    The first is that of sessions which ask for none. The other one differs from clause to clause,
    so that a gate as a whole sees them all. What is to be shown may need any of them.
    """
    if promise.levels:
        every = [tuple(map(Level, mix)) for mix in promise.levels]
    else:
        every = list(itertools.product(Level, repeat=len(promise.sessions)))
    first, *others = every
    if thorough or promise.shows or not others:
        return every
    return [first, others[sum(id_.encode()) % len(others)]]


@dataclass(frozen=True, slots=True)
class _Stage:
    """Where a clause is played, and whether nothing that it comes to may ask for its level."""

    restorable: RestorableDatabase
    player: Player
    alike: bool = False


def executions(
    promise: SchedulePromise, mix: Mix, restorable: RestorableDatabase, player: Player
) -> Iterator[Played]:
    """Every execution at one mix of levels, and what came of it."""
    yield from _runs(promise, mix, _Stage(restorable, player), {}).values()


def _runs(
    promise: SchedulePromise, mix: Mix, stage: _Stage, known: Mapping[tuple[int, ...], Played]
) -> dict[tuple[int, ...], Played]:
    """Every execution at one mix of levels, by the choices that were asked for.

    Those that are ``known`` from READ COMMITTED and go the same here are not played again.
    """
    oracle = scenarios.oracle(promise, mix, stage.restorable, stage.player)
    runs: dict[tuple[int, ...], Played] = {}

    def play(prefix: Sequence[int]) -> Run:
        asked = tuple(prefix)
        played = known.get(asked)
        if played is None or not same_at(played.run, mix):
            played = oracle.play(asked)
        runs[asked] = played
        return played.run

    for run in explore(play):
        if run.lost:  # another one would take as long to be
            break
    return runs


def forbidden(promise: SchedulePromise, played: Played) -> list[Counterexample]:
    """What makes an ending one that is not allowed: not the invariant that is to be shown."""
    return [one for one in played.broken if one.invariant != promise.shows]


def _judged(
    id_: str,
    promise: SchedulePromise,
    context: JudgingContext,
    stage: _Stage,
) -> list[Judged]:
    try:
        stage.restorable.prepare(scenarios.schedule_rows(promise, context.baseline_rows))
    except psycopg.Error as error:
        return [lost(Finding("the rows before", "they are taken", said(error)))]
    shown, known = False, dict[tuple[int, ...], Played]()
    found: list[Judged] = []
    for mix in mixes(id_, promise, thorough=context.thorough):
        try:
            runs = _runs(promise, mix, stage, known)
        except psycopg.Error as error:
            return [*found, lost(Finding(_named(mix), _ALLOWED, said(error)))]
        if stage.alike and {*mix} == {Level.RC}:
            known = runs
        ended = [*runs.values()]
        shown = shown or any(_shows(promise, played) for played in ended)
        found += list(_wrong(id_, promise, mix, ended, context))[:_TOLD]
    if promise.shows and not shown:
        expected = f"{promise.shows} is broken in some interleaving"
        found.append(Judged((Finding("every interleaving", expected, "it holds in all"),)))
    return found


def _wrong(
    id_: str, promise: SchedulePromise, mix: Mix, ended: Sequence[Played], context: JudgingContext
) -> Iterator[Judged]:
    """The interleavings that ended as they may not, or had no end."""
    in_turn = [played for played in ended if one_by_one.in_turn(played.run.order)]
    alone = {one.invariant for played in in_turn for one in forbidden(promise, played)}
    for played in ended:
        order = played.run.order
        because = f"{_named(mix)}, in the order {replay_text.letters(order)}"
        text = replay_text.write(replay_text.Interleaving(id_, mix, order))
        repeat = replay_command(text, context.target, context.contract)
        if why := played.run.lost:
            finding = Finding(because, _ALLOWED, why, repeat)
            yield Judged((finding,)) if ENDLESS in why else lost(finding)
        if broken := forbidden(promise, played):
            found, names = told(broken), {one.invariant for one in broken}
            if names <= alone:
                found = f"{found}\n{one_by_one.no_race(names, context.contract)}"
            if lack := _lacking(names, promise, context):
                yield lost(Finding(because, _ALLOWED, lack, repeat))
            else:
                yield Judged((Finding(because, _ALLOWED, found, repeat),))


def _lacking(endings: Iterable[str], promise: SchedulePromise, context: JudgingContext) -> str:
    """What is missing of the tables that sessions name, so that one of them ended."""
    texts = promise.statements
    tables = named(texts, context.contract)
    said, ended = "\n".join(texts), [one.removeprefix("ending.") for one in endings]
    return next(
        filter(None, (lacking(one, said, tables, context, statement=True) for one in ended)), ""
    )


def _readers(database: Database) -> LevelReaders | None:
    """Who may ask for the level in this database; None where that can't be read."""
    try:
        with database.connect() as session:
            return LevelReaders(every_object(session))
    except psycopg.Error:
        return None


def _shows(promise: SchedulePromise, played: Played) -> bool:
    return any(one.invariant == promise.shows for one in played.broken)


def _named(mix: Mix) -> str:
    return " and ".join(level.sql for level in mix)


KIND: Kind[SchedulePromise] = Kind((SchedulePromise,), _judge, _sql)
