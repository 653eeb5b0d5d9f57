"""The library's contract bites: a share of its schema's mutants, always the same, is killed."""

from __future__ import annotations

import json

import pytest

from tests.library.conftest import Run

pytestmark = pytest.mark.once
_WORDS = ("--sample", "64", "--seed", "7", "--jobs", "1", "--format", "json")


def test_a_share_of_the_mutants_is_killed_as_they_deserve(judged: Run) -> None:
    ran = judged("mutate", *_WORDS)

    told = json.loads(ran.out)
    score = told["score"]
    assert (ran.code, score["percent"], score["undecided"]) == (0, 100.0, 0), ran.err
    assert told["expired"] == []


def test_what_several_sessions_show_is_seen(judged: Run) -> None:
    """The order of the locks that the count takes is seen, and that it waits for them."""
    ran = judged(
        "mutate",
        *_WORDS[4:],
        *("--only", "order-*:count_open_loans*"),
        *("--only", "lock-without-waiting:count_open_loans*"),
    )

    assert ran.code == 0, ran.err
    assert json.loads(ran.out)["score"]["killed"] == 4
