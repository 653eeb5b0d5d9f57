"""Inputs that nobody would write end in no traceback and in the right exit code.

A small share, the same every time; ``python -m benchmarks.fuzz`` draws more, and others.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from benchmarks.fuzz import Ended, Fuzz
from benchmarks.fuzz_inputs import KINDS

from tests.engine.runs import Outside

pytestmark = pytest.mark.once
SHARES = {"target": 8, "contract": 25, "record": 25, "environment": 8, "option": 25}
"""Inputs of each kind; those that want a server or read a whole contract take longer."""


@pytest.fixture
def fuzz(outside: Outside) -> Iterator[Fuzz]:
    yield Fuzz(outside.url())
    assert outside.left() == []


def test_each_kind_of_input_has_its_share() -> None:
    assert SHARES.keys() == KINDS.keys()


@pytest.mark.parametrize("kind", SHARES)
def test_no_input_ends_in_a_traceback_or_a_wrong_exit_code(fuzz: Fuzz, kind: str) -> None:
    fuzz.search(SHARES[kind], seed=0, kinds=[kind])

    assert fuzz.ends.total() >= SHARES[kind]


@pytest.mark.parametrize(
    ("code", "out", "err", "fault"),
    [
        (0, "", "", ""),
        (1, "BROKEN  users.table", "", ""),
        (1, "", "", "exit code 1, and nothing that broke"),
        (2, "", "", "exit code 2 without a word"),
        (
            2,
            "",
            "error[unforeseen]: vrss-contract ended in KeyError",
            "an error that nobody foresaw",
        ),
        (2, "", "Traceback (most recent call last):", "a traceback"),
        (120, "", "", "exit code 120"),
    ],
)
def test_a_wrong_end_is_told(code: int, out: str, err: str, fault: str) -> None:
    assert Ended(code, out, err).fault == fault
