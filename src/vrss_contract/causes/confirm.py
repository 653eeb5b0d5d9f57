"""Causes that are seen: what mends each is run on a copy, and what fell is judged again.

A clause that then holds is explained. It is told beneath the cause that bears on what it speaks of,
by the catalog's difference and the dependencies that ``--changed`` goes by.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import psycopg

from vrss_contract.causes.candidates import Candidate
from vrss_contract.causes.in_turn import in_turn
from vrss_contract.causes.ownership import Owners
from vrss_contract.causes.tried_cause import TriedCause, run
from vrss_contract.checks.changed.contracts import Amended
from vrss_contract.checks.changed.narrow import Change, chosen
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.run import Verification, judge, verify
from vrss_contract.checks.verdict import Cause, Outcome, Verdict
from vrss_contract.contract.model import LEVELS, Clause
from vrss_contract.database.catalog.every_object import Facts, Item, every_object
from vrss_contract.database.scratch import Database, Databases
from vrss_contract.target import Target
from vrss_contract.target.places import TargetLine, TargetLines

_FALLEN = frozenset({Outcome.BROKEN, Outcome.UNDECIDED})
_UNSEEN = frozenset({"phase"})
"""Kinds that are about the target's own statements, to which what mends it does not belong."""
_UNDONE = frozenset({"table", "rows", "cascade", "trigger", "invariant", "jsonb"})
"""Kinds that leave no trace and want no data: they are judged as often as need be."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """The causes of what fell, the gravest first."""

    causes: tuple[Cause, ...] = ()
    ddl: tuple[str, ...] = ()
    """All that mends them, in an order that loads."""


def explain(
    order: Verification, verdicts: Sequence[Verdict], doing: Callable[[str], None]
) -> Explanation:
    """The causes of the verdicts that do not hold.

    Args:
        order: what was verified.
        verdicts: what came of it.
        doing: told what is done.

    Raises:
        TroubleError: the server can't be had again, or died.
    """
    fallen = {one.id for one in verdicts if one.outcome in _FALLEN}
    clauses = [one for one in order.clauses if one.id in fallen and one.kind not in _UNSEEN]
    undone = [one for one in clauses if one.kind in _UNDONE]
    others = [one for one in clauses if one.kind not in _UNDONE]
    trials = _trials(order, undone, others, doing) if clauses else []
    _judge_again(order, others, trials, doing)
    causes = tuple(_causes(sorted(trials, key=partial(_weight, clauses)), clauses, order.target))
    ddl = (f"{step.sql};" for one in trials if not one.refused for step in one.steps)
    return Explanation(causes, tuple(ddl))


def _trials(
    order: Verification,
    undone: Sequence[Clause],
    others: Sequence[Clause],
    doing: Callable[[str], None],
) -> list[TriedCause]:
    """Each candidate, run after those before it, with what holds since then and did not before.

    Of the others each is told which it can touch.
    """
    contract = order.contract

    def held(database: Database, asked: Sequence[Clause]) -> frozenset[str]:
        with JudgingContext(contract, order.target, databases, database) as context:
            found = judge(context, asked)
            return frozenset(one.id for one in found if one.outcome is Outcome.HOLDS)

    with (
        order.server as server,
        Databases(server.access, timeout=order.timeout, schemas=contract.schemas) as databases,
    ):
        before = databases.load(order.target)
        after = databases.create(before)
        with after.connect() as session:
            trials = _run_all(order, session, others, doing)
        if ran := [one for one in trials if not one.refused]:
            doing(f"judging {len(undone):,} clauses again")
            holding = held(after, undone)
            Owners(databases, held, doing).find(before, ran, [c for c in undone if c.id in holding])
    return trials


def _run_all(
    order: Verification,
    session: psycopg.Connection,
    clauses: Sequence[Clause],
    doing: Callable[[str], None],
) -> list[TriedCause]:
    """The candidates, run one after the other, each with those of the clauses it can touch."""
    trials = list[TriedCause]()
    before = every_object(session) if clauses else {}
    for candidate in in_turn(session, order.contract, order.naming):
        doing(f"trying cause {len(trials) + 1}: {candidate.says}")
        trials.append(trial := TriedCause(candidate, refused=run(session, candidate)))
        if clauses:
            after = every_object(session)
            trial.touched = _touched(order, clauses, before, after)
            before = after
    return trials


def _judge_again(
    order: Verification,
    clauses: Sequence[Clause],
    trials: Sequence[TriedCause],
    doing: Callable[[str], None],
) -> None:
    """Judge what has to commit, or wants data, once all is mended; who it hangs on then has it."""
    ran = [one for one in trials if not one.refused]
    if not clauses or not ran:
        return
    mended = _mended(order.target, trials)
    again = replace(order, clauses=clauses, target=mended, base=None, first=False, keep=False)
    naming = replace(order.naming, given=())  # they were given
    result = verify(replace(again, shard=(1, 1), naming=naming), doing=doing)
    held = {one.id for one in result.verdicts if one.outcome is Outcome.HOLDS}
    for clause in clauses:
        if clause.id in held:
            _nearest(ran, clause).owned.append(clause)


def _touched(
    order: Verification,
    clauses: Sequence[Clause],
    before: Mapping[Item, Facts],
    after: Mapping[Item, Facts],
) -> frozenset[str]:
    change = Change("", before, after, Amended(), walked=False)
    return frozenset(one.id for one in chosen(clauses, order.contract, change).clauses)


def _mended(target: Target, trials: Sequence[TriedCause]) -> Target:
    """The target, and then all that mends it."""
    last = target.phases[-1] if target.phases else 0
    more = (replace(step, phase=last) for one in trials if not one.refused for step in one.steps)
    return replace(target, steps=(*target.steps, *more), canonical=False)


def _nearest(ran: Sequence[TriedCause], clause: Clause) -> TriedCause:
    """The one that a clause hangs on; one that hung on rows being there, on what touches most."""
    able = [one for one in ran if clause.id in one.touched]
    if not able:
        return max(ran, key=lambda one: len(one.touched))
    return min(able, key=lambda one: _distance(one, clause))


def _distance(trial: TriedCause, clause: Clause) -> tuple[bool, int]:
    """Whether it is about another object, and how much hangs on it: the narrowest is nearest."""
    about = set(clause.objects) & set(trial.candidate.objects)
    return not about, len(trial.touched)


def _causes(
    trials: Sequence[TriedCause], fallen: Sequence[Clause], target: Target
) -> Iterator[Cause]:
    renames = tuple(name for one in trials for name in one.candidate.renames)
    places = TargetLines.of(replace(target, renames=renames))
    for one in trials:
        if not one.owned and not one.refused:
            continue
        owned = sorted(one.owned, key=lambda clause: LEVELS.index(clause.level))
        yield Cause(
            says=one.candidate.says,
            level=LEVELS[_level(one, fallen)],
            clauses=tuple(clause.id for clause in owned),
            objects=one.candidate.objects,
            made=str(_place(one.candidate, places) or ""),
            ddl=tuple(f"{step.sql};" for step in one.steps),
            refused=one.refused,
        )


def _place(candidate: Candidate, places: TargetLines) -> TargetLine | None:
    return places.find(candidate.objects) or places.find(candidate.tables)


def _weight(fallen: Sequence[Clause], trial: TriedCause) -> tuple[int, int]:
    return _level(trial, fallen), -len(_borne(trial, fallen))


def _level(trial: TriedCause, fallen: Sequence[Clause]) -> int:
    levels = [LEVELS.index(one.level) for one in _borne(trial, fallen)]
    return min(levels, default=len(LEVELS) - 1)


def _borne(trial: TriedCause, fallen: Sequence[Clause]) -> Sequence[Clause]:
    """The clauses that hold by it; where its DDL was refused, those that are about its objects."""
    if trial.owned or not trial.refused:
        return trial.owned
    return [one for one in fallen if not set(trial.candidate.objects).isdisjoint(one.objects)]
