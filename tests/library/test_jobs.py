"""The library judged by one process or several: the verdicts are the same."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.library.conftest import SCHEMA, Run

pytestmark = pytest.mark.once
_QUICK = ("table", "rows", "cascade", "trigger")
_KINDS = {"right": _QUICK, "lost_key": (*_QUICK, "invariant", "phase", "schedule", "pairs")}
"""What each schema is judged by: with the wrong one, by all that tell of rows and of sessions."""


def _words(kinds: Sequence[str]) -> list[str]:
    return [word for kind in kinds for word in ("--kind", kind)]


@pytest.mark.parametrize("schema", _KINDS)
def test_verdicts_their_order_and_findings_are_the_same_for_any_number_of_processes(
    judged: Run, wrong: Callable[[str], Path], schema: str
) -> None:
    target = SCHEMA if schema == "right" else wrong(schema)
    words = _words(_KINDS[schema])

    one, *others = (
        judged("verify", target, *words, "--format", "json", "--jobs", jobs) for jobs in "124"
    )

    assert [_report(one.out)] * 2 == [_report(other.out) for other in others]
    assert {one.code} == {other.code for other in others}


def test_the_reports_of_all_shards_make_the_whole_one(
    judged: Run, run: Run, wrong: Callable[[str], Path], tmp_path: Path
) -> None:
    target = wrong("lost_key")
    words = _words(_QUICK)
    whole = judged("verify", target, *words, "--format", "json")

    files = [tmp_path / f"{number}.json" for number in range(1, 4)]
    for number, file in enumerate(files, 1):
        judged("verify", target, *words, "--shard", f"{number}/3", "--format", f"json={file}")
    merged = run("merge", *files, "--format", "json")

    assert _report(merged.out) == _report(whole.out)
    assert merged.code == whole.code == 1


def test_the_shards_of_a_change_make_the_whole_of_its_share(
    judged: Run, run: Run, wrong: Callable[[str], Path], tmp_path: Path
) -> None:
    words = ("verify", wrong("lost_key"), *_words(_QUICK), "--changed", SCHEMA)
    whole = judged(*words, "--format", "json")

    files = [tmp_path / f"{number}.json" for number in (1, 2)]
    for number, file in enumerate(files, 1):
        judged(*words, "--shard", f"{number}/2", "--format", f"json={file}")
    merged = run("merge", *files, "--format", "json")

    assert _report(merged.out) == _report(whole.out)
    assert merged.code == whole.code == 1


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_who_wants_it_has_the_run_end_at_the_first_broken_clause(
    judged: Run, wrong: Callable[[str], Path], jobs: str
) -> None:
    words = ("-x", "--jobs", jobs, *_words(("table", "rows", "pairs")))

    ran = judged("verify", wrong("lost_key"), *words, "--format", "json")

    report = json.loads(ran.out)
    assert (report["tally"]["broken"], ran.code) == (1, 1)
    assert report["notes"][-1].startswith("stopped at the first broken clause: ")


def _report(text: str) -> dict[str, Any]:
    """The report but for its times."""
    report: dict[str, Any] = json.loads(text)
    del report["seconds"], report["phases"]
    for verdict in report["verdicts"]:
        del verdict["seconds"]
    return report
