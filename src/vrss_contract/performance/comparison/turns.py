"""When calls in turns are enough, and which of several measurements is to be believed.

Pure: what is measured, and when, is ``measurement``'s. Rule: contracts/README.md, "Measurements".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce

from vrss_contract.performance.comparison.judge import (
    BUDGET_EXCEEDED,
    P95,
    SLOWER,
    SLOWER_THAN_BASE,
    TOO_NOISY,
    Reason,
    alike,
    alone,
    timed,
)
from vrss_contract.performance.comparison.record import Measured
from vrss_contract.performance.query import sign_test
from vrss_contract.performance.query.latency import Latency, change

_WELL_WITHIN = 0.5
"""A budget is kept beyond doubt by a p95 of so much of it: no more calls are made to see."""

_NOISE = 1
"""The doubt of times that can't be told; below it nothing is wrong, above it they are too long."""
Turn = Sequence[Measured | None]
"""One measurement of one name on each side, the base first; None on a side that lacks it."""


def believed(turns: Sequence[Turn]) -> Turn:
    """Of several measurements of the same, the one to believe.

    What makes it no slower is believed, since what a change did it does every time. Where each
    looks slower, or none can tell, all of them together are one measurement.
    """
    doubts = [_doubted(turn) for turn in turns]
    if all(level and middle > SLOWER for level, middle in doubts) or all(
        level == _NOISE for level, _ in doubts
    ):
        return tuple(map(_together, zip(*turns, strict=True)))
    return turns[doubts.index(min(doubts))]


def enough(base: Latency | None, head: Latency | None, budget_ms: float | None = None) -> bool:
    """Whether calls that go on in turns could no longer change what is told by the times.

    The sequential test has told that it is slower, or that it is not; and it is surely over its
    budget, or within half of it. Where there is nothing to compare, enough is what can be told by.
    """
    there = [one for one in (base, head) if one]
    if any(one.few for one in there):
        return False
    if base and head:
        slowdown = change(base, head)
        if slowdown.low <= SLOWER < slowdown.high:
            return False
    return head is None or budget_ms is None or _budget_told(head, budget_ms)


def _budget_told(head: Latency, budget_ms: float) -> bool:
    over = [time > budget_ms for time in head.times]
    most = head.looks * head.block
    within = head.percentile(P95) <= budget_ms * _WELL_WITHIN
    return within or sign_test.exceeded(over, 1 - P95, most)


def settled(turn: Turn) -> bool:
    """Whether nothing speaks against its times."""
    return _doubted(turn)[0] == 0


def _doubted(turn: Turn) -> tuple[int, float]:
    base, *heads = turn
    return max((_doubt(base, head) for head in heads if head), default=(0, 0.0))


def _doubt(base: Measured | None, head: Measured) -> tuple[int, float]:
    """0 for nothing, 1 for noise, 2 for times that are too long; and how many times as slow."""
    slowdown = None
    if base and not alike(base, head):
        slowdown = change(base.latency, head.latency)
    reasons = [*alone(head), *(timed(slowdown) if slowdown else ())]
    level = max((1 + reason.broken for reason in reasons if _of_time(reason)), default=0)
    return (level, slowdown.middle if slowdown else 0.0)


def _together(ones: Sequence[Measured | None]) -> Measured | None:
    there = [one for one in ones if one]
    if not there:
        return None
    return replace(there[0], latency=reduce(Latency.and_more, [one.latency for one in there]))


def _of_time(reason: Reason) -> bool:
    return reason.slug in (BUDGET_EXCEEDED, SLOWER_THAN_BASE, TOO_NOISY)
