"""One query case or write of a comparison: what is asked of each side, and for how long."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from vrss_contract.performance.comparison.judge import alike, worse_by_plan
from vrss_contract.performance.comparison.measured_side import MeasuredSide
from vrss_contract.performance.comparison.record import Measured
from vrss_contract.performance.comparison.turns import Turn, enough
from vrss_contract.performance.query import sign_test
from vrss_contract.performance.query.benchmark_case import BenchmarkCase
from vrss_contract.performance.query.latency import BLOCKS, Latency
from vrss_contract.performance.query.measure import Track, measure_blocks
from vrss_contract.performance.query.plan import Summary

_BLOCK_MS, _LEAST, _LONG_MS = 10.0, 3, 50.0
"""A block of calls lasts about so long and has at least so many, save where one call is so long."""
_LIKELY = 1.5
"""How many times the fewest calls an open question is likely to take."""
_FEWEST = sign_test.fewest(BLOCKS)
Plans = Mapping[str, Summary]


@dataclass(frozen=True, slots=True)
class AskedSide:
    """What is asked of one side, and the plans that it has there."""

    side: MeasuredSide
    benchmark: BenchmarkCase
    plans: Plans

    @property
    def budget_ms(self) -> float | None:
        """How long a call may take."""
        return self.benchmark.case.budget_ms if self.benchmark.case else None

    def track(self) -> Track | None:
        """What is called, with the plan that the server chooses."""
        self.side.query_session.connection.execute("SET plan_cache_mode = auto")
        return self.side.track(self.benchmark)

    def measured(self, latency: Latency, *, growth: bool) -> Measured:
        """The measurement; how it grows with the data where somebody looks at that."""
        return of(self.side, self.benchmark, self.plans, latency, growth=growth)


def of(
    measured: MeasuredSide,
    benchmark: BenchmarkCase,
    plans: Plans,
    latency: Latency,
    *,
    growth: bool = True,
) -> Measured:
    """One subject's measurement on one side."""
    case = benchmark.case
    return Measured(
        name=benchmark.name,
        latency=latency,
        plans=plans,
        bound=case.buffers.get(measured.profile) if case else None,
        budget_ms=case.budget_ms if case else None,
        growth=measured.growth(benchmark, plans) if growth else None,
        text=measured.text(benchmark),
    )


@dataclass(frozen=True, slots=True)
class Subject:
    """One name on each side; None where a side has none, or can't run it."""

    name: str
    asked: Sequence[AskedSide | None]
    call_ms: float
    """What a call of each side together is thought to take, before any time was taken."""
    size: list[int] = field(default_factory=list)
    """Calls of a block, once the first measurement has found how many fit."""

    @property
    def writes(self) -> bool:
        """Whether it leaves dead rows."""
        return any(one and one.benchmark.query is None for one in self.asked)

    @property
    def by_plan(self) -> bool:
        """Whether it is worse by a plan or by blocks, so that no time changes its verdict."""
        return any(worse_by_plan(base.plans, head.plans) for base, head in self._pairs())

    @property
    def same(self) -> bool:
        """Whether all sides are the same to the letter, plans and blocks as well."""
        nothing = Latency((), ())
        pairs = [
            (base.measured(nothing, growth=False), head.measured(nothing, growth=False))
            for base, head in self._pairs()
        ]
        return len(pairs) == len(self.asked) - 1 > 0 and all(alike(*pair) for pair in pairs)

    def foreseen(self, samples: int) -> float:
        """The seconds that measuring it is likely to take, its warm calls among them."""
        few = self.same or self.by_plan
        likely = _size(samples, self.call_ms, few=few) * (1 if few else _LIKELY)
        warm = 1 if self.by_plan else _FEWEST * _LEAST
        return (_FEWEST * likely + warm) * self.call_ms / 1000

    def measured(self, samples: int) -> Turn:
        """A measurement of each side, in turns, for as long as something is to be decided."""
        times = iter(self._times(samples))
        shown = any(base.plans != head.plans for base, head in self._pairs())
        growth = shown or None in self.asked
        return [one.measured(next(times), growth=growth) if one else None for one in self.asked]

    def _pairs(self) -> Iterator[tuple[AskedSide, AskedSide]]:
        base, *heads = self.asked
        if base:
            yield from ((base, head) for head in heads if head)

    def _times(self, samples: int) -> Sequence[Latency]:
        tracks = [track for one in self.asked if one and (track := one.track())]
        warm = [track.warm(1 if self.by_plan else _FEWEST * _LEAST) for track in tracks]
        if not self.size:
            slowest = max(map(statistics.median, warm), default=0.0)
            self.size.append(_size(samples, slowest, few=self.same or self.by_plan))
        return measure_blocks(tracks, self.size[0], self._enough) if tracks else ()

    def _enough(self, found: Sequence[Latency]) -> bool:
        times = iter(found)
        latencies = [next(times) if one else None for one in self.asked]
        base, *heads = latencies
        budgets = [one.budget_ms if one else None for one in self.asked]
        if not heads:
            return enough(None, base, budgets[0])
        if self.by_plan:
            return not any(one and one.few for one in latencies)
        before = None if self.same else base
        told = zip(heads, budgets[1:], strict=True)
        return all(enough(before, head, budget) for head, budget in told)


def _size(samples: int, call_ms: float, *, few: bool) -> int:
    """Calls of a block: many where they are short, and at most what ``samples`` leaves to each."""
    most = max(samples // BLOCKS, 1)
    least = _LEAST if call_ms < _LONG_MS else 1
    fitting = least if few or not call_ms else round(_BLOCK_MS / call_ms)
    return min(most, max(least, fitting))
