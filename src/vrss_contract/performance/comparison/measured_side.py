"""One side of a comparison where it is asked: its filled databases, open."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from vrss_contract.contract.digest import of_values
from vrss_contract.contract.manifest import Manifest
from vrss_contract.data.dataset.profiles import profile as dataset
from vrss_contract.data.filled_database import filled_database
from vrss_contract.performance.comparison.side import Side
from vrss_contract.performance.query.benchmark_case import BenchmarkCase
from vrss_contract.performance.query.growth import size_of
from vrss_contract.performance.query.measure import Calibration, Track
from vrss_contract.performance.query.plan import Summary
from vrss_contract.performance.query.session import QuerySession
from vrss_contract.performance.query.statement import MODES
from vrss_contract.postgres.choose import MAJOR

_DRAWS = 12
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

    def first_plans(self, benchmark: BenchmarkCase) -> dict[str, Summary]:
        """The plan of each mode for the first parameter set alone; none for a write."""
        if benchmark.case is None:
            return {}
        values = self.query_session.draws(benchmark.case)[:1]
        prepared = self.query_session.prepared(benchmark.sql)
        for one in values:
            prepared.plan(one)
        return {mode: prepared.plan(one, mode).summary for mode in MODES for one in values}

    def growth(
        self, benchmark: BenchmarkCase, plans: Mapping[str, Summary]
    ) -> dict[int, int] | None:
        """Size of the data to the blocks that the costliest call touches there.

        ``plans`` are those at the largest size.
        """
        if benchmark.query is None or benchmark.case is None:
            return None
        found = {}
        for size, query_session in self.smaller.items():
            seen = query_session.plans(benchmark.query, benchmark.case)
            if seen:
                found[size] = max(one.plan.buffers for one in seen)
        if plans:
            found[self.size] = max(plan.buffers for plan in plans.values())
        return found

    def text(self, benchmark: BenchmarkCase) -> str:
        """A digest of all that decides what it does here: schema, statement, data, parameters."""
        schema = [step.sql + (step.rows or "") for step in self.side.target.steps]
        return of_values(schema, self.server, self.basis, self.size, benchmark.sql, benchmark.draws)

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
