"""Calls in turns end as soon as nothing more could be told by them."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.records import INDEXED, SCANNED, measured, record
from vrss_contract.performance.comparison.judge import compare
from vrss_contract.performance.comparison.preparation import _decided
from vrss_contract.performance.comparison.record import Measured
from vrss_contract.performance.comparison.turns import believed, enough, settled
from vrss_contract.performance.query.latency import BLOCKS, Latency, change

pytestmark = pytest.mark.once
SIZE = 3
PLANS = {"custom": INDEXED, "generic": INDEXED}


def calls(middle: float, seed: int, blocks: int = BLOCKS, spread: float = 0.1) -> Latency:
    """So many blocks of calls of about ``middle`` ms."""
    draw = random.Random(seed)
    times = [middle * draw.lognormvariate(0, spread) for _ in range(blocks * SIZE)]
    return Latency(tuple(times), (0.1,) * len(times), block=SIZE)


def first(latency: Latency, blocks: int) -> Latency:
    return replace(latency, times=latency.times[: blocks * SIZE])


def ended(before: Latency, after: Latency) -> int:
    """The block after which it was enough; one more than there are where it never was."""
    looks = range(1, BLOCKS + 1)
    return next((n for n in looks if enough(first(before, n), first(after, n))), BLOCKS + 1)


def one(latency: Latency, **more: Any) -> Measured:
    return replace(measured(budget_ms=None), latency=latency, **more)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("factor", [0.5, 1.0, 2.0, 1000.0])
def test_what_is_clear_takes_the_fewest_blocks(factor: float, seed: int) -> None:
    before, after = calls(1.0, seed, spread=0.03), calls(factor, seed + 50, spread=0.03)
    assert ended(before, after) == 9


@pytest.mark.parametrize("seed", range(5))
def test_what_is_close_takes_more(seed: int) -> None:
    assert ended(calls(1.0, seed), calls(1.2, seed + 50)) > 12


@given(st.integers(0, 10_000), st.floats(0.5, 2.0), st.floats(0.02, 1.0))
def test_what_was_enough_is_what_is_told(seed: int, factor: float, spread: float) -> None:
    before = calls(1.0, seed, spread=spread)
    after = calls(factor, seed + 1, spread=spread)
    last = ended(before, after)
    found = change(first(before, last), first(after, last))
    assert last > BLOCKS or found.low > 1.2 or found.high <= 1.2


@pytest.mark.parametrize("spread", [0.1, 0.5, 1.0])
def test_a_side_compared_with_itself_is_told_slower_hardly_ever(spread: float) -> None:
    alarms = 0
    for seed in range(0, 1200, 2):
        before, after = calls(1.0, seed, spread=spread), calls(1.0, seed + 1, spread=spread)
        last = min(ended(before, after), BLOCKS)
        alarms += change(first(before, last), first(after, last)).low > 1.2
    assert alarms <= 3  # of one measurement; it takes four in succession to be told


def test_a_budget_that_is_far_off_takes_no_call_more() -> None:
    fast = calls(1.0, 1, blocks=9)
    assert enough(None, fast, budget_ms=30.0)
    assert not enough(None, fast, budget_ms=1.2)


def test_a_budget_that_every_call_exceeds_is_told_at_once() -> None:
    assert enough(None, calls(40.0, 1, blocks=9), budget_ms=30.0)


def test_where_there_is_no_base_enough_is_what_can_be_told_by() -> None:
    assert not enough(None, calls(1.0, 1, blocks=8))
    assert enough(None, calls(1.0, 1, blocks=9))


def test_what_is_worse_by_its_plan_is_not_judged_by_its_times() -> None:
    base = one(calls(1.0, 1, blocks=9), budget_ms=30.0)
    head = one(
        calls(900.0, 2, blocks=9),
        budget_ms=30.0,
        plans={"custom": SCANNED, "generic": SCANNED},
    )
    (found,) = compare(record(base), record(head, label="head")).judgements
    slugs = {reason.slug for reason in found.reasons}
    assert slugs == {"plan-worse", "buffers-over-bound", "buffers-over-baseline"}
    assert found.slowdown is not None
    assert found.slowdown.middle == pytest.approx(900, rel=0.2)


def test_times_of_the_same_text_are_not_compared() -> None:
    base, slow = calls(1.0, 1, blocks=9), calls(3.0, 2, blocks=9)
    same = one(base, text="abc"), one(slow, text="abc")
    (found,) = compare(record(same[0]), record(same[1], label="head")).judgements
    assert (found.outcome, found.slowdown) == ("HOLDS", None)
    assert settled(same)
    assert not settled((one(base, text="abc"), one(slow, text="other")))


def test_the_same_text_with_other_plans_is_compared() -> None:
    base = one(calls(1.0, 1), text="abc")
    slow = one(calls(3.0, 2), text="abc", plans={**PLANS, "custom": replace(INDEXED, shape="o")})
    (found,) = compare(record(base), record(slow, label="head")).judgements
    assert [reason.slug for reason in found.reasons] == ["slower"]


def test_measurements_of_which_none_can_tell_are_told_together() -> None:
    turns = [
        (one(calls(1.0, seed, spread=0.5)), one(calls(1.0, seed + 9, spread=0.5)))
        for seed in (105, 111, 125, 130)
    ]
    assert not any(settled(turn) for turn in turns)
    base, _ = believed(turns)
    assert base is not None
    assert (base.latency.visits, len(base.latency.times)) == (4, 4 * BLOCKS * SIZE)


MANY = {"custom": SCANNED, "generic": SCANNED}


def test_a_plan_far_worse_is_not_asked_for_more() -> None:
    assert _decided(PLANS, MANY, base_is_worse=False)


def test_a_base_far_worse_is_asked_for_no_more_where_its_plan_is_no_better() -> None:
    assert _decided(PLANS, MANY, base_is_worse=True)
    better = replace(SCANNED, scans={"posts": 0})
    assert not _decided(PLANS, {"custom": better, "generic": better}, base_is_worse=True)


def test_a_plan_that_is_far_worse_in_one_mode_is_asked_in_full() -> None:
    assert not _decided(PLANS, {**MANY, "generic": INDEXED}, base_is_worse=False)


def test_a_budget_that_the_calibration_query_exceeds_too_tells_of_the_machine() -> None:
    busy = replace(calls(40.0, 1), calibration=(50.0,) * (BLOCKS * SIZE))
    (found,) = compare(
        record(one(busy, budget_ms=30.0, text="abc")),
        record(one(busy, budget_ms=30.0, text="abc"), label="head"),
    ).judgements
    assert [reason.slug for reason in found.reasons] == ["too-noisy"]
