"""Causes that are seen: what mends each is run on a copy, and what fell is judged again.

A clause that then holds is explained. It is told beneath the cause that bears on what it speaks of,
by the catalog's difference and the dependencies that ``--changed`` goes by.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import psycopg

from vrss_contract.causes.candidates import Candidate, candidates, misnamed
from vrss_contract.checks.changed.contracts import Amended
from vrss_contract.checks.changed.narrow import Change, chosen
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.run import Verification, judge, verify
from vrss_contract.checks.verdict import Cause, Outcome, Verdict
from vrss_contract.contract.model import LEVELS, Clause, Contract
from vrss_contract.database.catalog.every_object import Facts, Item, every_object
from vrss_contract.database.catalog.read import read
from vrss_contract.database.loader import said
from vrss_contract.database.scratch import Databases
from vrss_contract.target import Statement, Target, sqlfile
from vrss_contract.target.places import TargetLine, TargetLines

_FALLEN = frozenset({Outcome.BROKEN, Outcome.UNDECIDED})
_UNSEEN = frozenset({"phase"})
"""Kinds that are about the target's own statements, to which what mends it does not belong."""
_UNDONE = frozenset({"table", "rows", "cascade", "trigger", "invariant", "jsonb"})
"""Kinds that leave no trace and want no data: they are judged after each candidate."""
_Objects = dict[Item, Facts]


@dataclass(slots=True)
class _Tried:
    """A candidate, and what came of it."""

    candidate: Candidate
    touched: frozenset[str] = frozenset()
    """Ids of fallen clauses that its difference can touch."""
    refused: str = ""
    owned: list[Clause] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Explanation:
    """The causes of what fell, the gravest first, and what none of them explains."""

    causes: tuple[Cause, ...]
    unexplained: tuple[str, ...]
    """Ids."""
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
    tried = _tried(order, clauses, doing) if clauses else []
    _judge_again(order, [one for one in clauses if one.kind not in _UNDONE], tried, doing)
    causes = sorted(_causes(tried, order.target), key=_weight)
    explained = {id_ for cause in causes for id_ in cause.clauses}
    unexplained = tuple(one.id for one in verdicts if one.id in fallen - explained)
    run = (one for one in tried if not one.refused)
    ddl = (f"{step.sql};" for one in run for step in _statements(one.candidate.ddl))
    return Explanation(tuple(causes), unexplained, tuple(ddl))


def _tried(
    order: Verification, clauses: Sequence[Clause], doing: Callable[[str], None]
) -> list[_Tried]:
    """Each candidate, run after those before it, with what holds then and did not before."""
    contract, tried = order.contract, list[_Tried]()
    with (
        order.server as server,
        Databases(server.access, timeout=order.timeout, schemas=contract.schemas) as databases,
    ):
        database = databases.load(order.target)
        with database.connect() as session:
            before, left = every_object(session), list(clauses)
            for candidate in _candidates(session, contract):
                doing(f"trying cause {len(tried) + 1}: {candidate.says}")
                one = _Tried(candidate, refused=_run(session, candidate))
                after = every_object(session)
                one.touched = _touched(order, left, before, after)
                asked = [c for c in left if c.kind in _UNDONE and c.id in one.touched]
                with JudgingContext(contract, order.target, databases, database) as context:
                    held = {v.id for v in judge(context, asked) if v.outcome is Outcome.HOLDS}
                one.owned = [clause for clause in asked if clause.id in held]
                left = [clause for clause in left if clause.id not in held]
                tried.append(one)
                before = after
    return tried


def _candidates(session: psycopg.Connection, contract: Contract) -> Iterator[Candidate]:
    """Those of names, and once these are run, the others."""
    yield from misnamed(contract, read(session, contract.schemas))
    yield from candidates(contract, read(session, contract.schemas))


def _judge_again(
    order: Verification,
    clauses: Sequence[Clause],
    tried: Sequence[_Tried],
    doing: Callable[[str], None],
) -> None:
    """Judge what has to commit, or wants data, once all is mended; who it hangs on then has it."""
    if not clauses or not any(not one.refused for one in tried):
        return
    mended = _mended(order.target, tried)
    again = replace(order, clauses=clauses, target=mended, base=None, first=False, keep=False)
    result = verify(replace(again, shard=(1, 1)), doing=doing)
    held = {one.id for one in result.verdicts if one.outcome is Outcome.HOLDS}
    for clause in clauses:
        able = [one for one in tried if clause.id in one.touched and not one.refused]
        if clause.id in held and able:
            min(able, key=lambda one: _distance(one, clause)).owned.append(clause)


def _run(session: psycopg.Connection, candidate: Candidate) -> str:
    """Run what mends it, all or nothing; what the server said if it would not."""
    try:
        with session.transaction():
            for step in _statements(candidate.ddl):
                session.execute(step.sql.encode())
    except psycopg.Error as error:
        if session.closed:
            raise
        return said(error)
    return "" if candidate.ddl else "nothing is known that mends it"


def _statements(ddl: Sequence[str]) -> Iterator[Statement]:
    for text in ddl:
        for step in sqlfile.parse(text, name="what mends it").steps:
            if step.sql.upper() not in {"BEGIN", "COMMIT"}:
                yield step


def _touched(
    order: Verification, clauses: Sequence[Clause], before: _Objects, after: _Objects
) -> frozenset[str]:
    change = Change("", before, after, Amended(), walked=False)
    return frozenset(one.id for one in chosen(clauses, order.contract, change).clauses)


def _mended(target: Target, tried: Sequence[_Tried]) -> Target:
    """The target, and then all that mends it."""
    last = target.phases[-1] if target.phases else 0
    more = (
        replace(step, phase=last)
        for one in tried
        if not one.refused
        for step in _statements(one.candidate.ddl)
    )
    return replace(target, steps=(*target.steps, *more), canonical=False)


def _distance(tried: _Tried, clause: Clause) -> tuple[bool, int]:
    """Whether it is about another object, and how much hangs on it: the narrowest is nearest."""
    about = set(clause.objects) & set(tried.candidate.objects)
    return not about, len(tried.touched)


def _causes(tried: Sequence[_Tried], target: Target) -> Iterator[Cause]:
    places = TargetLines.of(target)
    for one in tried:
        if not one.owned and not one.refused:
            continue
        owned = sorted(one.owned, key=lambda clause: LEVELS.index(clause.level))
        yield Cause(
            says=one.candidate.says,
            level=owned[0].level if owned else LEVELS[-1],
            clauses=tuple(clause.id for clause in owned),
            objects=one.candidate.objects,
            made=str(_place(one.candidate, places) or ""),
            ddl=tuple(f"{step.sql};" for step in _statements(one.candidate.ddl)),
            refused=one.refused,
        )


def _place(candidate: Candidate, places: TargetLines) -> TargetLine | None:
    return places.find(candidate.objects) or places.find(candidate.tables)


def _weight(cause: Cause) -> tuple[int, int]:
    return LEVELS.index(cause.level), -len(cause.clauses)
