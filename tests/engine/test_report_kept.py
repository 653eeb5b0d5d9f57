"""A JSON report that was kept is the same report again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from tests.verdicts import SAMPLES, SUBJECT, SUBJECTS, VERDICTS
from vrss_contract.checks.verdict import Listing, Verdict
from vrss_contract.errors import TroubleError
from vrss_contract.report import FORMATS, RunInfo, kept
from vrss_contract.report.jsondoc import render

pytestmark = pytest.mark.once
SAMPLE = json.loads(render(SUBJECT, SAMPLES["broken"]))


@given(SUBJECTS, VERDICTS)
def test_a_kept_report_is_written_the_same_again(
    run_info: RunInfo, verdicts: Sequence[Verdict]
) -> None:
    ones = [replace(one, id=f"{number}-{one.id}") for number, one in enumerate(verdicts)]
    text = render(run_info, ones)

    found = kept.report(json.loads(text), Path("kept.json"))

    assert render(found.run_info, found.verdicts) == text


@pytest.mark.parametrize("format_", FORMATS)
def test_a_report_reads_the_same_from_the_file_as_from_the_run(format_: str) -> None:
    doctor = replace(
        SUBJECT,
        whole="Database",
        noun="check",
        remedy="repair it",
        findings=60,
        notes=("a note",),
        listings=(Listing("use", "Use of each index.", ("name", "scans"), (("a", 1), ("b", 2))),),
    )
    write = FORMATS[format_]

    found = kept.report(json.loads(render(doctor, SAMPLES["broken"])), Path("kept.json"))

    assert write(found.run_info, found.verdicts) == write(doctor, SAMPLES["broken"])


REFUSED: dict[str, tuple[Any, str]] = {
    "a newer version": ({**SAMPLE, "report_version": 2}, "other-report-version"),
    "no report": ({"benchmarks": []}, "foreign-report"),
    "a list": ([SAMPLE], "foreign-report"),
    "a key more": ({**SAMPLE, "more": 1}, "foreign-report"),
    "a clause twice": ({**SAMPLE, "verdicts": SAMPLE["verdicts"][:1] * 2}, "foreign-report"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_report_of_this_version_is_refused(name: str) -> None:
    whole, code = REFUSED[name]
    with pytest.raises(TroubleError) as refused:
        kept.report(whole, Path("kept.json"))
    assert (refused.value.code, refused.value.exit_code) == (code, 3)


@pytest.mark.parametrize("text", [None, "{", '{"a": NaN}', '{"a": 1, "a": 2}', "[" * 100_000])
def test_a_file_that_is_no_json_is_refused(text: str | None, tmp_path: Path) -> None:
    path = tmp_path / "kept.json"
    if text is not None:
        path.write_text(text, "utf-8")
    with pytest.raises(TroubleError) as refused:
        kept.read(path)
    assert refused.value.code == "unreadable-report"
