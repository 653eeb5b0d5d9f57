"""The report for a person at a terminal."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hypothesis import given

from tests.verdicts import SUBJECT, SUBJECTS, VERDICTS, broken, undecided, verdict
from vrss_contract.checks.verdict import Finding, Verdict
from vrss_contract.report import RunInfo
from vrss_contract.report.terminal import render

OWN = re.compile(
    r"BROKEN  |ADVICE  |WAIVED  |note: |UNDECIDED  [\d,]+ clauses?: | |next: |$"
    r"|\.\.\. and [\d,]+ more (broken|undecided|advice|waived) clause"
    r"|[\d,]+ clauses?: [\d,]+ held, [\d,]+ broken, [\d,]+ undecided(, [\d,]+ waived)?$"
)


@given(SUBJECTS, VERDICTS)
def test_no_value_reaches_a_terminal_raw(run_info: RunInfo, verdicts: Sequence[Verdict]) -> None:
    text = render(run_info, verdicts)

    assert all(line.isprintable() for line in text.split("\n"))


@given(SUBJECTS, VERDICTS)
def test_no_value_starts_a_line(run_info: RunInfo, verdicts: Sequence[Verdict]) -> None:
    text = render(run_info, verdicts)

    assert [line for line in text.split("\n") if not OWN.match(line)] == []


def test_the_gravest_broken_clause_comes_first() -> None:
    text = render(SUBJECT, [broken("b", level="may"), broken("c", level="should"), broken("a")])

    assert re.findall(r"^BROKEN  (\w)", text, re.MULTILINE) == ["a", "c", "b"]


def test_broken_comes_before_undecided_and_the_summary_last() -> None:
    text = render(SUBJECT, [verdict(), undecided("u", "gone"), broken("b")])

    order = [text.index(word) for word in ("BROKEN", "UNDECIDED", "3 clauses: ")]
    assert order == sorted(order)


def test_an_empty_schema_does_not_flood_the_terminal() -> None:
    verdicts = [undecided(f"clause-{n}", f"table t{n % 21} is missing") for n in range(1300)]

    text = render(SUBJECT, verdicts)

    assert text.count("\n") < 80
    assert "... and 680 more undecided clauses for 11 other reasons; --format json has" in text


def test_the_reason_of_most_clauses_comes_first() -> None:
    verdicts = [undecided("a", "rare"), undecided("b", "common"), undecided("c", "common")]

    text = render(SUBJECT, verdicts)

    assert text.index("2 clauses: a row: common") < text.index("1 clause: a row: rare")


def test_clauses_with_one_reason_are_one_group_whatever_was_tried() -> None:
    verdicts = [undecided("a", "gone", "one row"), undecided("b", "gone", "another")]

    assert "UNDECIDED  2 clauses: gone\n" in render(SUBJECT, verdicts)


def test_broken_clauses_past_the_fortieth_are_counted() -> None:
    text = render(SUBJECT, [broken(f"clause-{n}") for n in range(41)])

    assert text.count("\nBROKEN") == 39
    assert "... and 1 more broken clause; --format json has every one\n" in text


def test_findings_past_the_fifth_are_counted() -> None:
    text = render(SUBJECT, [broken("a", *[Finding("tried", "this", "that")] * 7)])

    assert text.count("because") == 5
    assert "        and 2 more findings\n" in text


def test_a_share_is_rounded_down_so_that_a_hundred_percent_means_all() -> None:
    text = render(SUBJECT, [*[verdict()] * 9999, broken("a")])

    assert "  must     9,999 of 10,000 held   99.9%  broken\n" in text
