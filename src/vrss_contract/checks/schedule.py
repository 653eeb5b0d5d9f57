"""Kind ``schedule``: every interleaving of these sessions ends in an allowed state.

Knows which mixes of isolation levels there are and what an interleaving's end says of the clause;
does not know how sessions are stepped. One database serves all clauses, its rows put back before
each run.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import psycopg

from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.kind import Judged, decided, lost, replay_command
from vrss_contract.checks.verdict import Finding, Verdict
from vrss_contract.concurrency import scenarios
from vrss_contract.concurrency.oracle import Played
from vrss_contract.concurrency.restorable import RestorableDatabase
from vrss_contract.concurrency.schedule.explore import explore
from vrss_contract.concurrency.schedule.player import Player
from vrss_contract.concurrency.schedule.program import Level, Run
from vrss_contract.concurrency.workload import replay_text
from vrss_contract.contract.model import Clause, Contract, SchedulePromise
from vrss_contract.database.invariants import Counterexample, told
from vrss_contract.database.loader import said
from vrss_contract.target import Target

DIVISIBLE = True
_MOST = 4
"""Sessions of the largest schedule."""
_LETTERS = "abcd"
_ALLOWED = "an allowed ending"
_TOLD = 3
"""Interleavings of one mix of levels that are told where more end wrongly."""

Mix = tuple[Level, ...]


def judge(clauses: Sequence[Clause], context: JudgingContext) -> Iterator[Verdict]:
    """A verdict for each clause, in order."""
    with (
        context.clone() as copy,
        RestorableDatabase(copy, context.contract) as restorable,
        Player(copy, _MOST, reset=restorable.reset) as player,
    ):
        for clause in clauses:
            yield decided(clause, _judged(clause, context, restorable, player))


def sql(clause: Clause, contract: Contract, _: Target) -> str:
    """The rows and the sessions, as a person would type them into several terminals."""
    promise = promised(clause)
    lines = [
        "-- committed first",
        *(f"{row};" for row in scenarios.schedule_rows(promise, contract)),
    ]
    for letter, session in zip(_LETTERS, promise.sessions, strict=False):
        lines += ["", f"-- session {letter}", "BEGIN;"]
        lines += [*(f"{statement};" for statement in session.does), "COMMIT;"]
    lines += ["", *(f"-- {want}\nSELECT {have};" for have, want in promise.then.items())]
    return "\n".join(lines)


def mixes(clause: Clause, *, thorough: bool) -> list[Mix]:
    """The isolation levels to play at: every mix, or two that a gate has time for.

    The first is that of sessions which ask for none. The other one differs from clause to clause,
    so that a gate as a whole sees them all. What is to be shown may need any of them.
    """
    promise = promised(clause)
    if promise.levels:
        every = [tuple(map(Level, mix)) for mix in promise.levels]
    else:
        every = list(itertools.product(Level, repeat=len(promise.sessions)))
    first, *others = every
    if thorough or promise.shows or not others:
        return every
    return [first, others[sum(clause.id.encode()) % len(others)]]


def executions(
    promise: SchedulePromise, mix: Mix, restorable: RestorableDatabase, player: Player
) -> Iterator[Played]:
    """Every execution at one mix of levels, and what came of it."""
    oracle = scenarios.oracle(promise, mix, restorable, player)
    ended: list[Played] = []

    def play(prefix: Sequence[int]) -> Run:
        ended.append(oracle.play(prefix))
        return ended[-1].run

    for _ in explore(play):
        yield ended.pop()


def forbidden(promise: SchedulePromise, played: Played) -> list[Counterexample]:
    """What makes an ending one that is not allowed: not the invariant that is to be shown."""
    return [one for one in played.broken if one.invariant != promise.shows]


def promised(clause: Clause) -> SchedulePromise:
    """The clause's promise, which is a schedule's."""
    if not isinstance(clause.promise, SchedulePromise):
        raise TypeError(clause.id)
    return clause.promise


def _judged(
    clause: Clause, context: JudgingContext, restorable: RestorableDatabase, player: Player
) -> list[Judged]:
    promise = promised(clause)
    try:
        restorable.prepare(scenarios.schedule_rows(promise, context.contract))
    except psycopg.Error as error:
        return [lost(Finding("the rows before", "they are taken", said(error)))]
    shown = False
    found: list[Judged] = []
    for mix in mixes(clause, thorough=context.thorough):
        try:
            ended = list(executions(promise, mix, restorable, player))
        except psycopg.Error as error:
            return [*found, lost(Finding(_named(mix), _ALLOWED, said(error)))]
        shown = shown or any(_shows(promise, played) for played in ended)
        found += list(_wrong(clause, mix, ended, context))[:_TOLD]
    if promise.shows and not shown:
        expected = f"{promise.shows} is broken in some interleaving"
        found.append(Judged((Finding("every interleaving", expected, "it holds in all"),)))
    return found


def _wrong(
    clause: Clause, mix: Mix, ended: Sequence[Played], context: JudgingContext
) -> Iterator[Judged]:
    """The interleavings that ended as they may not, or had no end."""
    promise = promised(clause)
    for played in ended:
        order = played.run.order
        because = f"{_named(mix)}, in the order {replay_text.letters(order)}"
        text = replay_text.write(replay_text.Interleaving(clause.id, mix, order))
        repeat = replay_command(text, context.target, context.contract)
        if played.run.lost:
            yield lost(Finding(because, _ALLOWED, played.run.lost, repeat))
        if broken := forbidden(promise, played):
            yield Judged((Finding(because, _ALLOWED, told(broken), repeat),))


def _shows(promise: SchedulePromise, played: Played) -> bool:
    return any(one.invariant == promise.shows for one in played.broken)


def _named(mix: Mix) -> str:
    return " and ".join(level.sql for level in mix)
