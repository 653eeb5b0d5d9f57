"""Measurements taken now: both sides in turns, call by call, in one run.

Knows which worlds are opened for that, what is asked in them and what is asked again before its
times are believed; does not know what is made of the figures. Plans come before times and writes
last, since what is written and undone leaves dead rows.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import psycopg

from vrss_contract.data.dataset.profiles import profile as dataset
from vrss_contract.data.filled_database import world
from vrss_contract.database.loader import said
from vrss_contract.performance.comparison.judge import Turn, believed, settled
from vrss_contract.performance.comparison.record import Measured, Record
from vrss_contract.performance.comparison.side import Side
from vrss_contract.performance.query.benchmark_case import Subject, subjects
from vrss_contract.performance.query.latency import Latency
from vrss_contract.performance.query.measure import Calibration, Track, measure
from vrss_contract.performance.query.plan import Summary
from vrss_contract.performance.query.processor import shared
from vrss_contract.performance.query.session import Asking
from vrss_contract.performance.query.statement import MODES
from vrss_contract.postgres.choose import MAJOR

_DRAWS = 12
_AGAIN = 3
"""How often what looks slower, or can't be told, is measured again, when all else is done: what a
busy machine does to one side lasts for seconds, what a change did lasts."""
_GROWTH = ("tiny", "small", "medium", "scale")
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Ground:
    """Where one side is asked: its largest world, and smaller ones for its growth."""

    side: Side
    profile: str
    asking: Asking
    calibration: Calibration
    smaller: Mapping[int, Asking]
    """Users to what asks in a world with so many."""
    users: int
    server: str
    """Its major version."""
    failures: dict[str, str] = field(default_factory=dict)
    """What could not be run so far, by name, and what the server said."""

    def plans(self, subject: Subject) -> dict[str, Summary]:
        """The costliest plan of each mode; none for a write."""
        if subject.query is None or subject.case is None:
            return {}
        seen = self.asking.plans(subject.query, subject.case)
        found: dict[str, Summary] = {}
        for mode in MODES:
            plans = [one.plan for one in seen if one.mode == mode]
            if plans:
                found[mode] = max(plans, key=lambda plan: plan.buffers).summary
        return found

    def growth(self, subject: Subject) -> dict[int, int] | None:
        """Users in the data to the blocks that the costliest call touches there."""
        if subject.query is None or subject.case is None:
            return None
        found = {}
        for users, asking in (*self.smaller.items(), (self.users, self.asking)):
            seen = asking.plans(subject.query, subject.case)
            if seen:
                found[users] = max(one.plan.buffers for one in seen)
        return found

    def track(self, subject: Subject) -> Track | None:
        """What is measured; None where there is nobody to ask for."""
        prepared = self.asking.prepared(subject.sql)
        values = [prepared.bound(one) for one in self.asking.drawn(subject.draws)]
        if not values:
            return None
        return Track(prepared, values, self.calibration, undone=subject.query is None)


@contextlib.contextmanager
def ground(side: Side, profile: str, *, major: int = MAJOR, tell: Tell) -> Iterator[Ground]:
    """The worlds of one side, open.

    Raises:
        TroubleError: one can't be made.
    """
    with contextlib.ExitStack() as stack:
        found: list[tuple[int, Asking]] = []
        for name in (*_GROWTH[: _GROWTH.index(profile)], profile):
            rows = dataset(name, side.contract)
            opened = stack.enter_context(
                world(side.target, rows, side.contract, major=major, doing=tell)
            )
            session = stack.enter_context(opened.database.connect())
            (users,) = session.execute("SELECT count(*) FROM users").fetchone() or (0,)
            found.append((int(users), Asking(session, most=_DRAWS)))
        users, asking = found.pop()
        yield Ground(
            side, profile, asking, Calibration(asking.connection), dict(found), users, str(major)
        )


def take(
    sides: Sequence[Side], profile: str, *, samples: int, major: int = MAJOR, tell: Tell
) -> tuple[Record, ...]:
    """A record of each side, all of them measured in turns.

    Raises:
        TroubleError: a world can't be made.
    """
    with contextlib.ExitStack() as stack:
        grounds = [
            stack.enter_context(ground(side, profile, major=major, tell=tell)) for side in sides
        ]
        return taken(grounds, samples=samples, tell=tell)


def taken(grounds: Sequence[Ground], *, samples: int, tell: Tell) -> tuple[Record, ...]:
    """A record of each ground, all of them measured in turns; the first is the base."""
    by_name = [{one.name: one for one in subjects(each.side.contract)} for each in grounds]
    names = dict.fromkeys(name for known in by_name for name in known)
    writes = [name for name in names if any(_writes(known.get(name)) for known in by_name)]
    turns: dict[str, list[Turn]] = {name: [] for name in names}
    with shared(each.asking.connection.info.backend_pid for each in grounds):
        for part in ([name for name in names if name not in writes], writes):
            todo = part
            for turn in range(_AGAIN + 1):
                for number, name in enumerate(todo, start=1):
                    tell(f"measuring {number} of {len(todo)}{' again' if turn else ''}: {name}")
                    wanted = [known.get(name) for known in by_name]
                    asked = [*zip(grounds, wanted, strict=True)]
                    turns[name].append(_measured(asked, samples))
                todo = [name for name in todo if not settled(turns[name][-1])]
    found = {name: believed(taken) for name, taken in turns.items()}
    return tuple(_record(each, place, found) for place, each in enumerate(grounds))


def _record(ground_: Ground, place: int, found: Mapping[str, Turn]) -> Record:
    measured = {name: one for name, turn in found.items() if (one := turn[place]) is not None}
    label = ground_.side.label
    return Record(label, ground_.profile, ground_.server, measured, dict(ground_.failures))


def _writes(subject: Subject | None) -> bool:
    return subject is not None and subject.query is None


def _measured(
    asked: Sequence[tuple[Ground, Subject | None]], samples: int
) -> list[Measured | None]:
    """What each side shows of one subject; None where it has none, or can't run it."""
    found: list[tuple[Ground, Subject, dict[str, Summary], Track] | None] = []
    for ground_, subject in asked:
        found.append(_prepared(ground_, subject) if subject else None)
    tracks = [part[3] for part in found if part]
    times = iter(measure(*tracks, samples=samples))
    return [of(*part[:3], next(times)) if part else None for part in found]


def _prepared(
    ground_: Ground, subject: Subject
) -> tuple[Ground, Subject, dict[str, Summary], Track] | None:
    try:
        plans, track = ground_.plans(subject), ground_.track(subject)
        ground_.asking.connection.execute("SET plan_cache_mode = auto")
    except psycopg.Error as error:
        cancelled = isinstance(error, psycopg.errors.QueryCanceled)
        if isinstance(error, psycopg.OperationalError) and not cancelled:
            raise
        ground_.failures[subject.name] = said(error)
        return None
    return (ground_, subject, plans, track) if track else None


def of(
    ground_: Ground, subject: Subject, plans: Mapping[str, Summary], latency: Latency
) -> Measured:
    """One subject's measurement."""
    case = subject.case
    return Measured(
        name=subject.name,
        latency=latency,
        plans=plans,
        bound=case.buffers.get(ground_.profile) if case else None,
        budget_ms=case.budget_ms if case else None,
        growth=ground_.growth(subject),
    )
