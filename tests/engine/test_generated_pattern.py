"""Texts drawn from regular expressions are matched by them."""

from __future__ import annotations

import re
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vrss_contract.data.generated.pattern import drawn

PLAIN = (
    "^[a-zA-Z0-9_]+$",
    r"^\d{4}-\d{2}$",
    "^(open|closed|a{2,3})$",
    r"^[^@\s]+@[^@\s]+[.][a-z]+$",
    "^#[0-9A-Fa-f]{6}$",
    r"^https?://[\w.-]+(?:/x*)?$",
    "^[]a-]{3}$",
    r"^\+?[1-9]\d{1,14}$",
)


@given(st.sampled_from(PLAIN), st.integers(0, 1000))
def test_a_drawn_text_is_matched(pattern: str, seed: int) -> None:
    assert re.search(pattern, drawn(pattern, Random(seed)))


@pytest.mark.parametrize("pattern", ["(?=a)b", r"(a)\1", r"\mword", "a)", "(a", "[a", "*a"])
def test_what_is_not_known_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any of them
        drawn(pattern, Random(0))


def test_a_class_of_posix_is_known() -> None:
    assert drawn("^[[:upper:][:digit:]]{5}$", Random(0)).isupper()


@given(st.integers(0, 1000))
def test_lengths_are_kept_where_repetition_allows_them(seed: int) -> None:
    text = drawn("^[A-Z]{2}[0-9]{2}[A-Z0-9]+$", Random(seed), shortest=15, longest=34)

    assert 15 <= len(text) <= 34
