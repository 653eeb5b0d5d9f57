"""The bench of full databases: every way is gone, and figures mean what they say."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.memory import Peak
from benchmarks.scale import compared, middle, row
from benchmarks.scale_run import Course, Way

from tests.engine.filled_databases import Few
from tests.engine.owners import wait_until
from vrss_contract.contract.model import Contract
from vrss_contract.data.dataset.progress import FillProgress
from vrss_contract.target import Target

pytestmark = pytest.mark.once


def test_every_way_is_gone_on_the_same_rows(
    target: Target, contract: Contract, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platformdirs.user_cache_path", lambda *_, **__: tmp_path)

    ways = compared(target, Few(), contract, starts=1)

    assert [(way.name, way.rows) for way in ways] == [
        ("our build", 5),
        ("pg_restore -j2 of a -Fd dump", 5),
        ("COPY of the same rows, no keys", 5),
        ("start from the cache", 0),
    ]
    assert all(way.seconds > 0 for way in ways)


def test_the_parts_of_a_build_are_what_was_done_and_the_phases_of_the_fill() -> None:
    course = Course()
    course.doing("opening the filled database few")
    course.doing("making the filled database few")
    course.seen(FillProgress("rows", 5, 5, 1.0, 0.5))
    course.seen(FillProgress("vacuum", 5, 5, 2.0, 1.0))
    course.doing("keeping the filled database few")

    assert list(course.over()) == ["opening", "rows", "vacuum", "making", "keeping"]
    assert course.rows == 5


def test_parts_add_up_to_the_whole_of_a_row() -> None:
    way = Way("w", seconds=2.0, rows=1000, peak=3 << 20, parts={"rows": 1.5, "keys": 0.5})

    assert row(way) == ("w", "2.00", "500", "3", "rows 1.50, keys 0.50")


def test_what_was_not_measured_is_left_empty() -> None:
    assert row(Way("w", seconds=0.5)) == ("w", "0.50", "", "", "")


def test_several_starts_are_told_by_their_median_and_their_most_memory() -> None:
    starts = [Way("s", seconds=seconds, peak=int(seconds * 10)) for seconds in (0.5, 0.2, 0.9)]

    assert middle(starts) == Way("s", 0.5, 0, 9, {"fastest": 0.2, "slowest": 0.9})


@pytest.mark.skipif(not Path("/proc/self/smaps").exists(), reason="the system does not tell")
def test_the_most_memory_is_told_after_it_was_given_back() -> None:
    with Peak() as peak:
        wait_until(lambda: peak.bytes)
        before = peak.bytes
        for _ in (b"x" * (64 << 20),):
            wait_until(lambda: peak.bytes > before + (32 << 20))
    assert peak.bytes > before + (32 << 20)
