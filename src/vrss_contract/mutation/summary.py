"""What came of all mutants, counted: by operator, by object, by clause. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from vrss_contract.contract.model import Contract
from vrss_contract.mutation.asked import ALONE, TOGETHER
from vrss_contract.mutation.reviewed import Reviewed
from vrss_contract.mutation.texts.known import answering
from vrss_contract.mutation.tried import ENDINGS, Ending, Tried

_COUNTED: frozenset[Ending] = frozenset({"killed", "soft", "survived"})
"""Endings of mutants that a contract should kill. Where one leaves clauses undecided, ``verify``
ends in exit code 2, which is no pass."""


@dataclass(frozen=True, slots=True)
class Score:
    """How many mutants ended in which way."""

    name: str
    counts: Mapping[Ending, int]
    milliseconds: float
    """The median of what one took."""

    @property
    def made(self) -> int:
        """All of them."""
        return sum(self.counts.values())

    @property
    def counted(self) -> int:
        """Those that are neither undecided, nor stillborn, nor equivalent."""
        return sum(self.counts[one] for one in _COUNTED)

    @property
    def percent(self) -> float:
        """Killed at the level that they deserve, of those counted."""
        return 100 * self.counts["killed"] / self.counted if self.counted else 100.0


@dataclass(frozen=True, slots=True)
class ClauseScore:
    """What a clause killed."""

    clause: str
    first: int
    """Mutants that it was the first to kill at the level that they deserve."""
    sole: int
    """Mutants that no other clause killed; more may be, of which not all were asked."""


@dataclass(frozen=True, slots=True)
class IdleClause:
    """A clause that killed no mutant alone."""

    clause: str
    first: int
    stays: str
    """Why it stays, by the reviewed list; nothing where nobody has said."""


@dataclass(frozen=True, slots=True)
class MutationSummary:
    """All of it."""

    all: Score
    undone: float
    """The median of the milliseconds that those took which one transaction showed."""
    operators: tuple[Score, ...]
    objects: tuple[Score, ...]
    matrix: Mapping[tuple[str, str], Score]
    """By operator and table; no table is called nothing."""
    clauses: tuple[ClauseScore, ...]
    idle: tuple[IdleClause, ...] | None
    """None where part of the mutants was judged, which says nothing of them."""
    faults: tuple[Tried, ...]
    """Survivors, those heard too softly, and those that are listed as equivalent and killed."""
    fallen: tuple[str, ...]
    """Clauses that the target breaks as it is, so that they hear no mutant."""
    stillborn: tuple[Tried, ...]
    equivalent: tuple[Tried, ...]


def summary(
    tried: Sequence[Tried], contract: Contract, reviewed: Reviewed, *, whole: bool = True
) -> MutationSummary:
    """What came of the mutants of a contract; ``whole``: of all of them."""
    by_clause = _by_clause(tried)
    return MutationSummary(
        all=_score("all", tried),
        undone=_score("undone", (one for one in tried if one.undone)).milliseconds,
        operators=_by(tried, lambda one: one.mutant.operator),
        objects=_by(tried, lambda one: one.mutant.object),
        matrix=_matrix(tried),
        clauses=by_clause,
        idle=_idle(by_clause, contract, reviewed) if whole else None,
        faults=tuple(one for one in tried if one.fault),
        fallen=tuple(sorted({clause for one in tried for clause in one.fallen})),
        stillborn=tuple(one for one in tried if one.ending == "stillborn"),
        equivalent=tuple(one for one in tried if one.ending == "equivalent"),
    )


def _score(name: str, tried: Iterable[Tried]) -> Score:
    every = [*tried]
    counts = Counter[Ending](one.ending for one in every)
    times = [one.milliseconds for one in every]
    return Score(name, {one: counts[one] for one in ENDINGS}, median(times) if times else 0.0)


def _by(tried: Sequence[Tried], name: Callable[[Tried], str]) -> tuple[Score, ...]:
    groups: defaultdict[str, list[Tried]] = defaultdict(list)
    for one in tried:
        groups[name(one)].append(one)
    return tuple(_score(called, groups[called]) for called in sorted(groups))


def _matrix(tried: Sequence[Tried]) -> Mapping[tuple[str, str], Score]:
    groups: defaultdict[tuple[str, str], list[Tried]] = defaultdict(list)
    for one in tried:
        groups[one.mutant.operator, next(iter(one.mutant.tables), "")].append(one)
    return {place: _score(" ".join(place), own) for place, own in groups.items()}


def _by_clause(tried: Sequence[Tried]) -> tuple[ClauseScore, ...]:
    first = Counter(one.first for one in tried if one.first)
    sole = Counter(one.sole for one in tried if one.sole)
    return tuple(ClauseScore(one, first[one], sole[one]) for one in sorted({*first, *sole}))


def _idle(
    scores: Iterable[ClauseScore], contract: Contract, reviewed: Reviewed
) -> tuple[IdleClause, ...]:
    known = {one.clause: one for one in scores}
    asked = [one.id for one in contract.clauses if one.kind in {*ALONE, *TOGETHER}]
    asked += [one.id for one in answering(contract).values()]
    return tuple(
        IdleClause(id_, known[id_].first if id_ in known else 0, reviewed.stay(id_))
        for id_ in asked
        if id_ not in known or not known[id_].sole
    )
