"""Measurements taken now: both sides in turns, call by call, in one run.

Plans come before times and writes last, since what is written and undone leaves dead rows.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import psycopg

from vrss_contract.contract.digest import of_values
from vrss_contract.contract.manifest import Manifest
from vrss_contract.data.dataset.profiles import profile as dataset
from vrss_contract.data.filled_database import filled_database
from vrss_contract.database.loader import said
from vrss_contract.performance.comparison.judge import Turn, believed, settled
from vrss_contract.performance.comparison.record import Measured, Record
from vrss_contract.performance.comparison.side import Side
from vrss_contract.performance.query.benchmark_case import BenchmarkCase, benchmark_cases
from vrss_contract.performance.query.growth import size_of
from vrss_contract.performance.query.latency import Latency
from vrss_contract.performance.query.measure import Calibration, Track, measure
from vrss_contract.performance.query.plan import Summary
from vrss_contract.performance.query.processor import shared
from vrss_contract.performance.query.session import QuerySession
from vrss_contract.performance.query.statement import MODES
from vrss_contract.postgres.choose import MAJOR

_DRAWS = 12
_AGAIN = 3
"""How often what looks slower, or can't be told, is measured again, when all else is done: what a
busy machine does to one side lasts for seconds, what a change did lasts."""
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class MeasuredSide:
    """Where one side is asked: its largest database, and smaller ones for its growth."""

    side: Side
    profile: str
    query_session: QuerySession
    calibration: Calibration
    smaller: Mapping[int, QuerySession]
    """Size of the data to what asks in a database of that size."""
    size: int
    server: str
    """Its major version."""
    failures: dict[str, str] = field(default_factory=dict)
    """What could not be run so far, by name, and what the server said."""
    basis: str = ""
    """A digest of the data and of the calibration query: with others, nothing compares."""

    def plans(self, benchmark: BenchmarkCase) -> dict[str, Summary]:
        """The costliest plan of each mode; none for a write."""
        if benchmark.query is None or benchmark.case is None:
            return {}
        seen = self.query_session.plans(benchmark.query, benchmark.case)
        found: dict[str, Summary] = {}
        for mode in MODES:
            plans = [one.plan for one in seen if one.mode == mode]
            if plans:
                found[mode] = max(plans, key=lambda plan: plan.buffers).summary
        return found

    def growth(self, benchmark: BenchmarkCase) -> dict[int, int] | None:
        """Size of the data to the blocks that the costliest call touches there."""
        if benchmark.query is None or benchmark.case is None:
            return None
        found = {}
        for size, query_session in (*self.smaller.items(), (self.size, self.query_session)):
            seen = query_session.plans(benchmark.query, benchmark.case)
            if seen:
                found[size] = max(one.plan.buffers for one in seen)
        return found

    def track(self, benchmark: BenchmarkCase) -> Track | None:
        """What is measured; None where there is nobody to ask for."""
        prepared = self.query_session.prepared(benchmark.sql)
        values = [prepared.bound(one) for one in self.query_session.drawn(benchmark.draws)]
        if not values:
            return None
        return Track(prepared, values, self.calibration, undone=benchmark.query is None)


@contextlib.contextmanager
def measured_side(
    side: Side, profile: str, *, major: int = MAJOR, tell: Tell
) -> Iterator[MeasuredSide]:
    """The filled databases of one side, open.

    Raises:
        TroubleError: one can't be made.
    """
    manifest = side.contract.manifest
    calibration = manifest.required_calibration()
    with contextlib.ExitStack() as stack:
        found: list[tuple[int, QuerySession]] = []
        for name in (*_smaller(manifest, profile), profile):
            rows = dataset(name, side.contract)
            opened = stack.enter_context(
                filled_database(side.target, rows, side.contract, major=major, doing=tell)
            )
            session = stack.enter_context(opened.database.connect())
            size = size_of(session, manifest)
            found.append((size, QuerySession(session, most=_DRAWS)))
        size, query_session = found.pop()
        yield MeasuredSide(
            side,
            profile,
            query_session,
            Calibration(query_session.connection, calibration),
            dict(found),
            size,
            str(major),
            basis=of_values(rows.digest, calibration),
        )


def _smaller(manifest: Manifest, profile: str) -> tuple[str, ...]:
    """The profiles that growth up to this one is seen over; none where nothing tells a size."""
    names = manifest.measured
    return names[: names.index(profile)] if manifest.size and profile in names else ()


def take(
    sides: Sequence[Side], profile: str, *, samples: int, major: int = MAJOR, tell: Tell
) -> tuple[Record, ...]:
    """A record of each side, all of them measured in turns.

    Raises:
        TroubleError: a filled database can't be made.
    """
    with contextlib.ExitStack() as stack:
        measured_sides = [
            stack.enter_context(measured_side(side, profile, major=major, tell=tell))
            for side in sides
        ]
        return taken(measured_sides, samples=samples, tell=tell)


def taken(
    measured_sides: Sequence[MeasuredSide], *, samples: int, tell: Tell
) -> tuple[Record, ...]:
    """A record of each ground, all of them measured in turns; the first is the base."""
    by_name = [
        {one.name: one for one in benchmark_cases(each.side.contract)} for each in measured_sides
    ]
    names = dict.fromkeys(name for known in by_name for name in known)
    writes = [name for name in names if any(_writes(known.get(name)) for known in by_name)]
    turns: dict[str, list[Turn]] = {name: [] for name in names}
    with shared(each.query_session.connection.info.backend_pid for each in measured_sides):
        for part in ([name for name in names if name not in writes], writes):
            todo = part
            for turn in range(_AGAIN + 1):
                for number, name in enumerate(todo, start=1):
                    tell(f"measuring {number} of {len(todo)}{' again' if turn else ''}: {name}")
                    wanted = [known.get(name) for known in by_name]
                    asked = [*zip(measured_sides, wanted, strict=True)]
                    turns[name].append(_measured(asked, samples))
                todo = [name for name in todo if not settled(turns[name][-1])]
    found = {name: believed(taken) for name, taken in turns.items()}
    return tuple(_record(each, place, found) for place, each in enumerate(measured_sides))


def _record(side: MeasuredSide, place: int, found: Mapping[str, Turn]) -> Record:
    measured = {name: one for name, turn in found.items() if (one := turn[place]) is not None}
    return Record(side.side.label, side.profile, side.server, measured, dict(side.failures))


def _writes(benchmark: BenchmarkCase | None) -> bool:
    return benchmark is not None and benchmark.query is None


def _measured(
    asked: Sequence[tuple[MeasuredSide, BenchmarkCase | None]], samples: int
) -> list[Measured | None]:
    """What each side shows of one subject; None where it has none, or can't run it."""
    found: list[tuple[MeasuredSide, BenchmarkCase, dict[str, Summary], Track] | None] = []
    for measured, benchmark in asked:
        found.append(_prepared(measured, benchmark) if benchmark else None)
    tracks = [part[3] for part in found if part]
    times = iter(measure(*tracks, samples=samples))
    return [of(*part[:3], next(times)) if part else None for part in found]


def _prepared(
    measured: MeasuredSide, benchmark: BenchmarkCase
) -> tuple[MeasuredSide, BenchmarkCase, dict[str, Summary], Track] | None:
    try:
        plans, track = measured.plans(benchmark), measured.track(benchmark)
        measured.query_session.connection.execute("SET plan_cache_mode = auto")
    except psycopg.Error as error:
        cancelled = isinstance(error, psycopg.errors.QueryCanceled)
        if isinstance(error, psycopg.OperationalError) and not cancelled:
            raise
        measured.failures[benchmark.name] = said(error)
        return None
    return (measured, benchmark, plans, track) if track else None


def of(
    measured: MeasuredSide, benchmark: BenchmarkCase, plans: Mapping[str, Summary], latency: Latency
) -> Measured:
    """One subject's measurement."""
    case = benchmark.case
    return Measured(
        name=benchmark.name,
        latency=latency,
        plans=plans,
        bound=case.buffers.get(measured.profile) if case else None,
        budget_ms=case.budget_ms if case else None,
        growth=measured.growth(benchmark),
    )
