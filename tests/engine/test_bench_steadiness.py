"""Whether copies of one database are told from one another when they differ."""

from dataclasses import replace

import pytest
from benchmarks.steadiness import differing

from tests.engine.records import INDEXED, SCANNED

pytestmark = pytest.mark.once


def test_copies_with_the_same_plans_do_not_differ(capsys: pytest.CaptureFixture[str]) -> None:
    seen = [{"one.any": [INDEXED]}, {"one.any": [INDEXED]}]
    assert differing(seen) == 0
    assert capsys.readouterr().out == "0 of 1 cases differ between copies\n"


def test_a_copy_that_touches_other_blocks_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    more = replace(INDEXED, buffers=5)
    seen = [{"one.any": [INDEXED]}, {"one.any": [more]}, {"one.any": [INDEXED]}]
    assert differing(seen) == 1
    told = capsys.readouterr().out
    assert told.startswith("    one.any: 1 copies differ; blocks [4, 5], 1 shapes\n")


def test_a_copy_with_another_plan_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert differing([{"one.any": [INDEXED]}, {"one.any": [SCANNED]}]) == 1
    assert "2 shapes" in capsys.readouterr().out
