"""What broke is told while a run goes on, to those who do not see the report soon."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.terminals import GONE, Terminal
from tests.verdicts import broken, undecided, verdict
from vrss_contract.checks.verdict import Verdict
from vrss_contract.cli.as_found import AsFound
from vrss_contract.cli.formats import AskedFormats

pytestmark = pytest.mark.once
SEVERAL = [verdict(), broken("a"), undecided("u", "gone")]
LINE = "BROKEN a: spaces only: expected refused with check_violation, found taken\n"
Options = dict[str, Path | AskedFormats | None]
ELSEWHERE: list[Options] = [
    {"output": None, "formats": AskedFormats("json")},
    {"output": Path("report.txt"), "formats": AskedFormats()},
]
HERE: Options = {"output": None, "formats": AskedFormats()}


@pytest.fixture(autouse=True)
def _terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")


def told(verdicts: Sequence[Verdict], options: Options, stream: io.StringIO) -> str:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stderr", stream)
        with AsFound(len(verdicts), options) as watch:
            watch.doing("judging rows")
            for each in verdicts:
                watch.judged(each)
    return stream.getvalue()


@pytest.mark.parametrize("options", ELSEWHERE)
def test_a_line_for_each_that_broke_where_the_report_goes_elsewhere(options: Options) -> None:
    assert told(SEVERAL, options, io.StringIO()) == LINE


def test_a_log_that_will_hold_the_report_is_not_told_twice() -> None:
    assert told(SEVERAL, HERE, io.StringIO()) == ""


def test_a_terminal_is_told_above_the_line_that_goes_on() -> None:
    text = told(SEVERAL, HERE, Terminal())

    assert LINE in text
    assert "1 broken, 1 undecided; judging rows" in text.rpartition(LINE)[2]
    assert text.endswith(GONE)


def test_of_very_many_the_first_are_told() -> None:
    text = told([broken(f"a{number}") for number in range(1_000)], ELSEWHERE[0], io.StringIO())

    assert text.count("BROKEN") == 20
    assert text.endswith("\nand more, which the report will tell\n")
