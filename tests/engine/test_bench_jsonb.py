"""The bench of documents: its tables say what was measured, and the checks are really gone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from benchmarks.jsonb import BARE, CHECKED, Figures, markdown, price, priced

from vrss_contract.database.scratch import Databases

_FIGURES = Figures(
    shape="notes.doc",
    enforced=True,
    conforming=10,
    nearly=9,
    nearly_conform=3,
    holds=True,
    seconds=0.5,
    validating=2.25,
)


@pytest.mark.parametrize(
    ("enforced", "holds", "agrees"),
    [(True, True, "yes"), (True, False, "NO"), (False, True, "not checked")],
)
def test_a_shape_is_a_row(*, enforced: bool, holds: bool, agrees: str) -> None:
    row = markdown([replace(_FIGURES, enforced=enforced, holds=holds)]).split("\n")[2]

    assert row == f"| notes.doc | 10 | 9 (3) | {agrees} | 0.50 s | 2.2 µs |"


def test_the_price_is_told_with_its_range() -> None:
    assert price({CHECKED: [3.0, 1.0, 2.0], BARE: [1.0]}, 7) == (
        "An update of a profile, 7 in one statement:"
        " 2.0 µs with the checks (1.0 to 3.0), 1.0 µs without (1.0 to 1.0)"
    )


def test_both_sides_are_measured_as_often(databases: Databases) -> None:
    taken = priced(databases, users=20, rounds=2)

    assert {name: len(all_) for name, all_ in taken.items()} == {CHECKED: 2, BARE: 2}
