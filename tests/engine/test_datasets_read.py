"""Entries of kind dataset that are refused, with what is wrong in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine import tiny
from vrss_contract.contract.digest import of_contract
from vrss_contract.contract.model import DatasetPromise, Range
from vrss_contract.errors import TroubleError

_HEAD = """
- id: dataset.here
  kind: dataset
  level: must
  says: It is so.
  object: counters
  source: here
"""
_ASKS = _HEAD + "  query: SELECT count(*) AS counters FROM counters\n"


def test_a_least_above_the_most_is_refused(tmp_path: Path) -> None:
    clause = _ASKS + "  expects: {dev: {counters: {least: 3, most: 2}}}\n"

    with pytest.raises(TroubleError, match="clause-fault") as refusal:
        tiny.contract(tmp_path, clause)

    assert refusal.value.found == "counters is at least 3 and at most 2"


@pytest.mark.parametrize(
    "rest",
    [
        "  query: SELECT 1\n",
        "  proves: loads\n",
        "  query: SELECT 1\n  expects: {Prod: {n: 1}}\n",
        "  query: SELECT 1\n  expects: {dev: {n: {most: 1}}}\n",
        "  query: SELECT 1\n  expects: {dev: {}}\n",
        "  proves: luck\n  profiles: [dev]\n",
    ],
    ids=["no figures", "no profile", "strange profile", "no least", "no figure", "strange proof"],
)
def test_an_entry_that_says_too_little_or_too_much_is_refused(tmp_path: Path, rest: str) -> None:
    with pytest.raises(TroubleError, match="clause-fault"):
        tiny.contract(tmp_path, _HEAD + rest)


def test_a_number_is_both_bounds(tmp_path: Path) -> None:
    contract = tiny.contract(tmp_path, _ASKS + "  expects: {dev: {counters: 0.5}}\n")

    promise = contract.clause("dataset.here").promise

    assert isinstance(promise, DatasetPromise)
    assert promise.expects == {"dev": {"counters": Range(0.5, 0.5)}}


def test_a_bound_that_changes_changes_the_digest(tmp_path: Path) -> None:
    one, other = (
        tiny.contract(tmp_path, _ASKS + f"  expects: {{dev: {{counters: {least}}}}}\n")
        for least in ("0.5", "0.25")
    )

    assert of_contract(one) != of_contract(other)
