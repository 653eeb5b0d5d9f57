"""The report as JUnit XML."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from hypothesis import given

from tests.verdicts import SAMPLES, SUBJECT, SUBJECTS, VERDICTS, broken, undecided, verdict
from vrss_contract.checks.verdict import Finding, Tally, Verdict
from vrss_contract.report import RunInfo
from vrss_contract.report.junit import render
from vrss_contract.report.text import visible


def parsed(text: str) -> ET.Element:
    return ET.fromstring(text.encode())  # noqa: S314 - the text is our own


@given(SUBJECTS, VERDICTS)
def test_every_report_is_well_formed_and_names_every_clause(
    run_info: RunInfo, verdicts: Sequence[Verdict]
) -> None:
    root = parsed(render(run_info, verdicts))

    found = sorted((case.get("classname"), case.get("name")) for case in root.iter("testcase"))
    assert found == sorted((visible(each.kind), visible(each.id)) for each in verdicts)


@given(VERDICTS)
def test_the_counts_are_those_of_the_tally(verdicts: Sequence[Verdict]) -> None:
    root = parsed(render(SUBJECT, verdicts))

    counts = [root.get(name) for name in ("tests", "failures", "errors")]
    tally = Tally.of(verdicts)
    assert counts == [str(tally.total), str(tally.broken), str(tally.undecided)]


@given(VERDICTS)
def test_each_suite_counts_what_it_holds(verdicts: Sequence[Verdict]) -> None:
    root = parsed(render(SUBJECT, verdicts))

    for suite in root.iter("testsuite"):
        held = [len(list(suite.iter(name))) for name in ("testcase", "failure", "error")]
        assert held == [int(suite.get(name, "")) for name in ("tests", "failures", "errors")]


def test_a_kind_is_one_suite_however_its_clauses_are_mixed() -> None:
    mixed = [verdict(id_="a", kind="rows"), verdict(id_="b", kind="table"), verdict(id_="c")]

    suites = parsed(render(SUBJECT, mixed)).iter("testsuite")

    assert [suite.get("name") for suite in suites] == ["rows", "table"]


def test_broken_is_a_failure_and_undecided_an_error() -> None:
    root = parsed(render(SUBJECT, [broken("b"), undecided("u", "gone")]))

    inside = [[child.tag for child in case] for case in root.iter("testcase")]
    assert inside == [["failure"], ["error"]]


def test_file_and_line_are_left_out_where_they_are_not_known() -> None:
    root = parsed(render(SUBJECT, [verdict(place=""), verdict(place="a.yaml")]))

    cases = [(case.get("file"), case.get("line")) for case in root.iter("testcase")]
    assert cases == [(None, None), ("a.yaml", None)]


def test_control_characters_of_a_row_are_escapes() -> None:
    finding = Finding("a tab\t", "refused\x0b", "taken\x00\x1b")

    (failure,) = parsed(render(SUBJECT, [broken("a", finding)])).iter("failure")

    assert failure.get("message") == r"a tab\t: expected refused\x0b, found taken\x00\x1b"


def test_a_report_is_ascii_whatever_it_holds() -> None:
    assert render(SUBJECT, SAMPLES["hostile"]).isascii()
