"""Each query within its bound and its budget, each write measured, as pytest-benchmark tells it."""

from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from vrss_contract.comparison.judge import alone
from vrss_contract.comparison.record import extra_info
from vrss_contract.comparison.taking import Ground, of
from vrss_contract.query.measure import Track
from vrss_contract.query.subject import Subject


def test_a_subject_costs_what_it_may(
    benchmark: BenchmarkFixture,
    subject: Subject,
    measured_ground: Ground,
    profile: str,
    samples: int,
) -> None:
    plans, track = measured_ground.plans(subject), measured_ground.track(subject)
    if track is None:
        pytest.skip(f"nobody in {profile} data asks this")
    _measure(benchmark, track, samples)
    measured = of(measured_ground, subject, plans, track.latency())
    benchmark.group = "write" if subject.query is None else "query"
    server = str(measured_ground.asking.connection.info.server_version // 10_000)
    benchmark.extra_info.update(extra_info(measured, profile=profile, server=server))
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
