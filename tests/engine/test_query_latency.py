"""Times as figures with an interval, or a word that they are no use."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vrss_contract.performance.query.latency import Interval, Latency, change, percentile

TIMES = st.lists(st.floats(0.01, 100), min_size=1, max_size=60)


def noisy(seed: int, factor: float = 1.0, spread: float = 0.1, count: int = 600) -> Latency:
    """Samples about 2 ms times ``factor`` beside samples about 1 ms, both on a drifting machine."""
    draw = random.Random(seed)
    drift = [1 + index / count for index in range(count)]

    def times(middle: float) -> tuple[float, ...]:
        return tuple(middle * slow * draw.lognormvariate(0, spread) for slow in drift)

    return Latency(times(2 * factor), times(1))


@given(TIMES, st.floats(0.01, 1))
def test_a_percentile_is_one_of_the_samples_that_so_many_do_not_exceed(
    times: list[float], part: float
) -> None:
    found = percentile(times, part)
    assert found in times
    assert sum(time <= found for time in times) >= part * len(times)


def test_no_samples_have_no_percentile() -> None:
    with pytest.raises(ValueError, match="no samples"):
        percentile([], 0.5)


@pytest.mark.parametrize("seed", range(5))
def test_a_drifting_machine_does_not_move_the_ratio(seed: int) -> None:
    ratio = noisy(seed).ratio
    assert ratio.low < 2 < ratio.high
    assert not ratio.noisy


@pytest.mark.parametrize("seed", range(5))
def test_the_same_query_twice_is_no_change(seed: int) -> None:
    found = change(noisy(seed), noisy(seed + 100))
    assert found.low < 1 < found.high


@pytest.mark.parametrize("seed", range(5))
def test_a_query_that_is_half_as_slow_again_is_seen(seed: int) -> None:
    assert change(noisy(seed), noisy(seed + 100, 1.5)).low > 1.2


def test_what_falls_on_both_for_a_while_is_no_change() -> None:
    before, after = noisy(1), noisy(2)
    hit = range(100, 500)  # more than half of the calls, and of the calibration's none
    slow = [
        replace(one, times=tuple(8 * t if n in hit else t for n, t in enumerate(one.times)))
        for one in (before, after)
    ]
    found = change(*slow)
    assert found.low < 1 < found.high
    assert not found.noisy


def test_what_falls_on_every_second_call_is_no_change() -> None:
    before, after = noisy(1), noisy(2)
    times = tuple(5 * t if n % 2 else t for n, t in enumerate(after.times))
    found = change(before, replace(after, times=times))
    assert 0.8 < found.low < found.high < 1.3


def test_more_samples_of_the_same_are_one_measurement() -> None:
    both = noisy(1, count=30).and_more(noisy(2, count=60))
    assert (len(both.times), len(both.calibration)) == (90, 90)


def test_a_wide_interval_is_noisy() -> None:
    assert Interval(1.0, 0.5, 1.1).noisy
    assert not Interval(1.0, 0.9, 1.1).noisy


def test_few_samples_judge_nothing_beyond_their_own_ends() -> None:
    few = Latency((2.0, 4.0, 6.0), (1.0, 1.0, 1.0))
    assert (few.ratio.low, few.ratio.middle, few.ratio.high) == (2.0, 4.0, 6.0)
