"""A test that is looked at after each value is wrong no more often than it says."""

from __future__ import annotations

import itertools
import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vrss_contract.performance.query.sign_test import ALPHA, aside, boundary, exceeded, fewest

pytestmark = pytest.mark.once
LOOKS = st.integers(1, 60)
SHARES = st.sampled_from([0.05, 0.25, 0.5, 0.75])


def reached(looks: int, share: float, hit: float) -> float:
    """The probability that the boundary is reached where each value is a hit with this one."""
    going_on, found = {0: 1.0}, 0.0
    for least in boundary(looks, share):
        after: dict[int, float] = {}
        for hits, likely in going_on.items():
            after[hits] = after.get(hits, 0.0) + likely * (1 - hit)
            after[hits + 1] = after.get(hits + 1, 0.0) + likely * hit
        found += sum(likely for hits, likely in after.items() if hits >= least)
        going_on = {hits: likely for hits, likely in after.items() if hits < least}
    return found


@given(LOOKS, SHARES)
def test_the_error_of_all_looks_together_is_the_one_that_is_allowed(
    looks: int, share: float
) -> None:
    assert reached(looks, share, share) <= ALPHA * (1 + 1e-9)


@given(st.integers(1, 7), SHARES)
def test_the_error_is_that_of_every_sequence_counted_one_by_one(looks: int, share: float) -> None:
    likely = sum(
        math.prod(share if hit else 1 - share for hit in hits)
        for hits in itertools.product([False, True], repeat=looks)
        if exceeded(hits, share, looks)
    )
    assert likely == pytest.approx(reached(looks, share, share), abs=1e-12)


@given(LOOKS, SHARES)
def test_the_boundary_rises_by_no_more_than_one_a_look(looks: int, share: float) -> None:
    rises = [after - before for before, after in itertools.pairwise((1, *boundary(looks, share)))]
    assert all(0 <= rise <= 1 for rise in rises)


@given(LOOKS, st.floats(0.5, 0.99))
def test_more_hits_are_found_more_often(looks: int, hit: float) -> None:
    assert reached(looks, 0.5, hit) >= reached(looks, 0.5, 0.5) - 1e-12


def test_nine_values_on_one_side_of_thirty_decide() -> None:
    assert fewest(30) == 9
    assert aside(9, 30) == 0
    assert aside(8, 30) < 0


def test_all_thirty_are_worth_nearly_what_they_are_where_nobody_looked() -> None:
    assert boundary(30)[-1] == 24  # and 23 in a test that is looked at once


@pytest.mark.parametrize("seed", range(3))
def test_the_interval_holds_the_median_at_every_look(seed: int) -> None:
    draw, missed = random.Random(seed), 0
    for _ in range(400):
        values = [draw.lognormvariate(0, 1) for _ in range(30)]  # its median is 1
        for count in range(fewest(30), 31):
            seen, out = sorted(values[:count]), aside(count, 30)
            if not seen[out] <= 1 <= seen[-1 - out]:
                missed += 1
                break
    assert missed <= 12  # 1 % of 400 are 4


def test_a_share_that_is_not_exceeded_is_not_told() -> None:
    assert not exceeded([True, False] * 15, 0.5, 30)
    assert exceeded([True] * 4, 0.05, 300)
    assert not exceeded([False] * 300, 0.05, 300)
