"""Each query within its bound and its budget, each write measured, as pytest-benchmark tells it."""

from typing import Any

from pytest_benchmark.fixture import BenchmarkFixture

from vrss_contract.performance.comparison.judge import alone
from vrss_contract.performance.comparison.measured_side import MeasuredSide
from vrss_contract.performance.comparison.record import extra_info
from vrss_contract.performance.comparison.subject import of
from vrss_contract.performance.query.benchmark_case import BenchmarkCase
from vrss_contract.performance.query.measure import Track


def test_a_subject_costs_what_it_may(
    case: BenchmarkCase,
    measured_ground: MeasuredSide,
    track: Track,  # before the benchmark, which complains where it is asked for and not used
    benchmark: BenchmarkFixture,
    samples: int,
) -> None:
    plans = measured_ground.plans(case)
    _measure(benchmark, track, samples)
    measured = of(measured_ground, case, plans, track.latency())
    benchmark.group = "write" if case.query is None else "query"
    profile, server, basis = (
        measured_ground.profile,
        measured_ground.server,
        measured_ground.basis,
    )
    benchmark.extra_info.update(extra_info(measured, profile=profile, server=server, basis=basis))
    assert not [reason.says for reason in alone(measured)]


def _measure(benchmark: BenchmarkFixture, track: Track, samples: int) -> None:
    """Let pytest-benchmark time each call; the calibration query is called before it, untimed."""
    track.connection.execute("SET plan_cache_mode = auto")
    track.warm()

    def ready() -> tuple[tuple[Any, ...], dict[str, Any]]:
        return (track.ready(),), {}

    benchmark.pedantic(  # type: ignore[no-untyped-call]  # the library has no types for it
        track.prepared.run, setup=ready, rounds=samples
    )
    track.done()
    if benchmark.stats is not None:  # None where benchmarks are switched off
        track.times.extend(seconds * 1000 for seconds in benchmark.stats.stats.data)
