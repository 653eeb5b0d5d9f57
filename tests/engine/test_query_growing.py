"""Which plans are compared where growth is told: a change of plan is none."""

from __future__ import annotations

import pytest

from vrss_contract.checks.query.growing import comparable
from vrss_contract.performance.query.plan import Node, Plan
from vrss_contract.performance.query.session import Seen
from vrss_contract.performance.query.statement import MODES

pytestmark = pytest.mark.once


def _seen(kind: str, buffers: int = 1) -> Seen:
    return Seen({}, MODES[0], Plan(Node(kind, "posts"), buffers))


INDEX, BITMAP, WHOLE = map(_seen, ("Index Scan", "Bitmap Heap Scan", "Seq Scan"))


def test_the_same_plan_is_compared() -> None:
    assert comparable([INDEX], [_seen("Index Scan", 9)]) == [INDEX]


def test_a_plan_that_only_little_data_have_is_not_compared_with_a_better_one() -> None:
    assert comparable([BITMAP], [INDEX]) == []


def test_a_plan_that_became_a_worse_one_has_grown() -> None:
    assert comparable([INDEX], [WHOLE]) == [INDEX]


def test_of_several_plans_those_are_compared_that_are_alike() -> None:
    assert comparable([BITMAP, INDEX], [INDEX]) == [INDEX]


def test_nothing_is_compared_with_nothing() -> None:
    assert comparable([INDEX], []) == []
