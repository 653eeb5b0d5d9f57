"""What is broken one session after another is no race, and clauses that are about it are named."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from vrss_contract.checks.one_by_one import in_turn, no_race
from vrss_contract.contract.model import (
    Clause,
    Contract,
    InvariantPromise,
    Promise,
    TriggerPromise,
    TriggerStep,
)

pytestmark = pytest.mark.once


def _clause(id_: str, promise: Promise, *objects: str) -> Clause:
    return Clause(id_, id_.partition(".")[0], "must", "It is so.", promise, objects)


def _trigger(*gives: str) -> TriggerPromise:
    return TriggerPromise((TriggerStep("SELECT 1", gives=dict.fromkeys(gives, "1")),))


_CONTRACT = Contract(
    tables={},
    enums={},
    functions={},
    clauses=(
        _clause("invariant.counted", InvariantPromise("SELECT 1"), "counters.marks_count"),
        _clause("trigger.others.once", _trigger("(SELECT marks_count FROM counters)")),
        _clause("trigger.marks.insert", _trigger("(SELECT marks_count FROM counters)")),
        _clause("trigger.marks.delete", _trigger("(SELECT marks_count FROM counters)")),
        _clause("trigger.names.insert", _trigger("(SELECT name FROM counters)")),
    ),
)


@pytest.mark.parametrize(
    ("order", "told"),
    [((0, 0, 1, 1), True), ((1, 0, 0), True), ((0, 1, 0), False), ((2, 0, 1, 1, 2), False)],
)
def test_each_ends_before_the_next_begins(order: Sequence[int], *, told: bool) -> None:
    assert in_turn(order) is told


def test_the_clauses_that_look_at_the_same_column_are_named() -> None:
    assert no_race({"invariant.counted"}, _CONTRACT).endswith("no race; see trigger.marks.*")


def test_where_no_clause_is_about_it_none_is_named() -> None:
    assert no_race({"then"}, _CONTRACT).endswith("no race")
