"""Measurements taken now: both sides in turns, call by call, in one run.

Plans come before times and writes last, since what is written and undone leaves dead rows. What is
worse by its plan or its blocks is called a few times, for the figures; what is the same on both
sides to the letter as well; all else until the times have decided.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from vrss_contract.performance.comparison.measured_side import MeasuredSide, Tell, measured_side
from vrss_contract.performance.comparison.preparation import subjects
from vrss_contract.performance.comparison.record import Measured, Record
from vrss_contract.performance.comparison.side import Side
from vrss_contract.performance.comparison.subject import Subject
from vrss_contract.performance.comparison.turns import Turn, believed, settled
from vrss_contract.performance.query.processor import shared
from vrss_contract.postgres.choose import MAJOR

_AGAIN = 3
"""How often what looks slower, or can't be told, is measured again, when all else is done: what a
busy machine does to one side lasts for seconds, what a change did lasts."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Who is told how far it is."""

    tell: Tell
    """Told what takes the time, in words."""
    foresee: Callable[[float], None] = lambda _: None
    """Told once, before times are taken, how many seconds they are likely to take."""


def take(
    sides: Sequence[Side],
    profile: str,
    *,
    samples: int,
    major: int = MAJOR,
    watch: Watch,
) -> tuple[Record, ...]:
    """A record of each side, all of them measured in turns.

    Raises:
        TroubleError: a filled database can't be made.
    """
    with contextlib.ExitStack() as stack:
        measured_sides = [
            stack.enter_context(measured_side(side, profile, major=major, tell=watch.tell))
            for side in sides
        ]
        return taken(measured_sides, samples=samples, watch=watch)


def taken(
    measured_sides: Sequence[MeasuredSide],
    *,
    samples: int,
    watch: Watch,
) -> tuple[Record, ...]:
    """A record of each ground, all of them measured in turns; the first is the base."""
    with shared(each.query_session.connection.info.backend_pid for each in measured_sides):
        asked = [*subjects(measured_sides, watch.tell)]
        watch.foresee(sum(one.foreseen(samples) for one in asked))
        turns: dict[str, list[Turn]] = {one.name: [] for one in asked}
        for part in (False, True):
            _take_part([one for one in asked if one.writes is part], samples, watch.tell, turns)
    found = {name: believed(taken) for name, taken in turns.items()}
    return tuple(_record(each, place, found) for place, each in enumerate(measured_sides))


def _take_part(
    asked: Sequence[Subject], samples: int, tell: Tell, turns: Mapping[str, list[Turn]]
) -> None:
    """Measure each, and again at the end what looks slower or can't be told."""
    todo = asked
    for again in range(_AGAIN + 1):
        for number, one in enumerate(todo, start=1):
            tell(f"measuring {number} of {len(todo)}{' again' if again else ''}: {one.name}")
            turns[one.name].append(one.measured(samples))
        todo = [one for one in todo if not (one.by_plan or settled(turns[one.name][-1]))]


def _record(side: MeasuredSide, place: int, found: Mapping[str, Turn]) -> Record:
    measured: dict[str, Measured] = {}
    for name, turn in found.items():
        if (one := turn[place]) is not None:
            measured[name] = one
    return Record(side.side.label, side.profile, side.server, measured, dict(side.failures))
