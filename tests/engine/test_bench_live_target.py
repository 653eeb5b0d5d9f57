"""What the bench on a live database tells apart."""

from __future__ import annotations

import argparse

import pytest
from benchmarks.live_target import _bytes, _changed

pytestmark = pytest.mark.once


def test_a_size_is_read_as_people_write_it() -> None:
    assert [_bytes("1GB"), _bytes("1.5 gb"), _bytes("30MB")] == [1 << 30, 3 << 29, 30 << 20]


def test_what_is_no_size_is_refused() -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="no size"):
        _bytes("much")


def test_what_changed_is_named() -> None:
    before = ("700", {"1": "a", "2": "b"})

    assert _changed(before, before) == ""
    assert _changed(before, ("701", {"1": "a", "2": "c", "3": "d"})) == (
        "transaction 700 is now 701, CHANGED: 2, CHANGED: 3"
    )
