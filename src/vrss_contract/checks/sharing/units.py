"""What is judged at a time: some clauses of one kind, and how long that may take.

The division does not depend on how many processes there are, so that findings do not either.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from vrss_contract.checks import KINDS
from vrss_contract.contract.model import Clause

_SECONDS = {
    "table": 0.00028,
    "rows": 0.0007,
    "cascade": 0.003,
    "phase": 0.04,
    "invariant": 0.015,
    "trigger": 0.0113,
    "schedule": 0.135,
    "pairs": 4.2,
    "strangers": 0.6,
    "workload": 0.87,
    "restored": 0.25,
    "jsonb": 0.018,
    "dataset": 0.075,
    "query": 0.0083,
    "query answers": 0.063,
}
"""What a clause of each kind takes, in seconds, and of a part of a kind that takes another time;
only how they compare with each other matters.

Source: the mean of the shipped contract's clauses, from the seconds of the verdicts in
``vrss-contract verify --format json`` on a machine with two processors and nothing else to do.
"""
_LONG = 2.0
"""Seconds that a unit may take where its kind can be divided: many times what it costs to begin."""
_WORTH = 0.8
"""Seconds of work from which on a second process, with a copy of the database, is worth it."""


@dataclass(frozen=True, slots=True)
class Unit:
    """Clauses of one kind that one session judges together."""

    kind: str
    clauses: tuple[Clause, ...]

    @property
    def seconds(self) -> float:
        """What it is expected to take, as far as it can be compared with other units."""
        return sum(map(seconds, self.clauses))


def seconds(clause: Clause) -> float:
    """What a clause is expected to take, as far as it can be compared with others."""
    part = f"{clause.kind} {KINDS[clause.kind].part(clause)}"
    return _SECONDS.get(part, _SECONDS[clause.kind])


def units(clauses: Iterable[Clause]) -> list[Unit]:
    """The clauses, divided; in the order of kinds, which has those first that take little time."""
    order = list(KINDS)
    by_kind = sorted(clauses, key=lambda clause: order.index(clause.kind))
    divided: list[Unit] = []
    for kind, group in groupby(by_kind, key=lambda clause: clause.kind):
        together: dict[str, list[Clause]] = {}
        for clause in group:
            together.setdefault(KINDS[kind].part(clause), []).append(clause)
        for part, members in together.items():
            shares = [members] if part else _shares(members)
            divided += [Unit(kind, tuple(share)) for share in shares]
    return divided


def _shares(clauses: Sequence[Clause]) -> Iterator[Sequence[Clause]]:
    """Parts of about the same length, none of which takes long."""
    count = min(len(clauses), math.ceil(sum(map(seconds, clauses)) / _LONG))
    size = math.ceil(len(clauses) / count)
    yield from (clauses[start : start + size] for start in range(0, len(clauses), size))


def only(units_: Sequence[Unit], ids: Container[str] | None) -> list[Unit]:
    """The units, by the same numbers, with no clauses but those; with all for None."""
    if ids is None:
        return list(units_)
    kept = (tuple(one for one in unit.clauses if one.id in ids) for unit in units_)
    return [Unit(unit.kind, clauses) for unit, clauses in zip(units_, kept, strict=True)]


def longest_first(units_: Sequence[Unit]) -> list[int]:
    """The numbers of the units in the order to begin them in, for all to end at about one time."""
    return sorted(range(len(units_)), key=lambda number: -units_[number].seconds)


def useful(jobs: int, units_: Sequence[Unit]) -> int:
    """How many processes have something to do, where there may be so many.

    No more than it takes for the longest unit to be the last to end.
    """
    whole = sum(unit.seconds for unit in units_)
    if whole < _WORTH:
        return 1
    most = math.ceil(whole / max(unit.seconds for unit in units_))
    return min(jobs, len(units_), most)


def shard(units_: Sequence[Unit], number: int, of: int) -> list[Unit]:
    """The units that fall to one of so many machines, the first of which is number 1.

    Each machine has about the same to do, and the same each time.
    """
    loads = [(0.0, place) for place in range(of)]
    mine: set[int] = set()
    for one in longest_first(units_):
        load, place = heapq.heappop(loads)
        heapq.heappush(loads, (load + units_[one].seconds, place))
        if place == number - 1:
            mine.add(one)
    return [unit for place, unit in enumerate(units_) if place in mine]
