"""Several formats in one run, and formats of a report that was kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.engine.records import measured, record
from tests.engine.runs import Ran
from tests.verdicts import SAMPLES, SUBJECT
from vrss_contract.performance.comparison.formats import FORMATS as COMPARED
from vrss_contract.performance.comparison.judge import Comparison, compare
from vrss_contract.report import FORMATS

Run = Callable[..., Ran]
Told = Callable[[str, Ran], None]
pytestmark = pytest.mark.once


@pytest.fixture
def report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A kept report, in the folder that the run is in."""
    monkeypatch.chdir(tmp_path)
    path = Path("report.json")
    path.write_text(written("json"))
    return path


def written(format_: str) -> str:
    return FORMATS[format_](SUBJECT, SAMPLES["broken"])


@pytest.mark.parametrize("format_", FORMATS)
def test_a_kept_report_is_rendered_in_each_format(run: Run, report: Path, format_: str) -> None:
    ran = run("render", report, "--format", format_)
    assert (ran.code, ran.out) == (0, written(format_))


def test_one_run_writes_several_formats(run: Run, report: Path) -> None:
    ran = run("render", report, "--format", "markdown=a.md", "--format", "junit=b.xml")
    assert (ran.code, ran.out) == (0, written("terminal"))
    assert ran.err.endswith("broken, 0 undecided; the report is in a.md and b.xml\n")
    assert Path("a.md").read_text("utf-8") == written("markdown")
    assert Path("b.xml").read_text("utf-8") == written("junit")


def test_a_plain_format_goes_where_output_wants_it_beside_the_others(
    run: Run, report: Path
) -> None:
    words = ("--format", "markdown", "--output", "a.md", "--format", "junit=b.xml")
    ran = run("render", report, *words)
    assert (ran.code, ran.out) == (0, "")
    assert Path("a.md").read_text("utf-8") == written("markdown")
    assert Path("b.xml").is_file()


REFUSED = {
    "two of one place": ("--format", "json", "--format", "markdown"),
    "no file": ("--format", "markdown="),
    "no format": ("--format", "word=a.doc"),
    "one file for two": ("--format", "markdown=a.md", "--format", "json=./a.md"),
    "a place that is none": ("--format", "markdown=no/such/folder/a.md"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_formats_that_can_not_be_written_are_refused_before_any_is(
    run: Run, report: Path, name: str
) -> None:
    ran = run("render", report, *REFUSED[name])
    assert (ran.code, ran.out) == (3, "")
    assert list(Path().iterdir()) == [report]


def test_of_several_files_one_that_fails_keeps_no_other_from_being_written(
    run: Run, report: Path
) -> None:
    ran = run("render", report, "--format", "json=/dev/full", "--format", "markdown=a.md")
    assert ran.code == 3
    assert "error[no-output]" in ran.err
    assert " undecided\n" in ran.err
    assert Path("a.md").is_file()


def test_a_file_that_is_no_report_is_told(run: Run, told: Told, report: Path) -> None:
    report.write_text('{"benchmarks": []}')
    ran = run("render", report)
    assert ran.code == 3
    told("render-foreign", ran)


def test_a_report_of_another_version_is_told(run: Run, told: Told, report: Path) -> None:
    report.write_text(written("json").replace('"report_version": 1', '"report_version": 9'))
    ran = run("render", report)
    assert ran.code == 3
    told("render-other-version", ran)


def test_a_file_that_is_not_there_is_told(run: Run, told: Told, report: Path) -> None:
    report.unlink()
    ran = run("render", report)
    assert ran.code == 3
    told("render-missing", ran)


@pytest.fixture
def comparison(report: Path) -> Comparison:
    """A comparison, whose JSON is in the place of the report."""
    before, after = measured("a"), measured("b", middle=2.0)
    found = compare(
        record(before, measured("b"), measured("gone", budget_ms=None)),
        record(measured("a", seed=1), after, measured("new", growth=None), label="head"),
    )
    report.write_text(COMPARED["json"](found))
    return found


def test_a_format_of_other_reports_is_told(
    run: Run, told: Told, report: Path, comparison: Comparison
) -> None:
    assert comparison
    ran = run("render", report, "--format", "junit=a.xml")
    assert (ran.code, Path("a.xml").exists()) == (3, False)
    told("render-no-such-format", ran)


@pytest.mark.parametrize("format_", COMPARED)
def test_a_kept_comparison_is_rendered_in_each_format(
    run: Run, report: Path, comparison: Comparison, format_: str
) -> None:
    ran = run("render", report, "--format", format_)
    assert (ran.code, ran.out) == (0, COMPARED[format_](comparison))


@pytest.mark.usefixtures("comparison")
@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('"format": 2', '"format": 1', "other-report-version"),
        ('"format": 2', '"format": 3', "other-report-version"),
        ('"profile": ', '"profil": ', "foreign-report"),
        ('"reason": "slower"', '"reason": "slow"', "foreign-report"),
        ('"times_ms": [', '"times_ms": [1.0, ', "foreign-report"),
        ('"name": "a"', '"name": "b"', "foreign-report"),
        ('"queries": [', '"queries": [NaN, ', "unreadable-report"),
    ],
)
def test_a_comparison_that_was_changed_is_refused(
    run: Run, report: Path, old: str, new: str, code: str
) -> None:
    text = report.read_text()
    assert old in text
    report.write_text(text.replace(old, new))
    ran = run("render", report)
    assert (ran.code, ran.err.partition(":")[0]) == (3, f"error[{code}]")
