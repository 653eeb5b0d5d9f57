"""The report as JUnit XML, for systems that show test results.

A suite per kind, a failure for broken, an error for undecided. Whatever XML does not admit is an
escape by the time it gets here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.etree import ElementTree as ET

from vrss_contract.checks.verdict import Outcome, Tally, Verdict
from vrss_contract.report.finding import headline, lines
from vrss_contract.report.run_info import RunInfo
from vrss_contract.report.source_location import made_at, place_of
from vrss_contract.report.text import short, visible

FINDINGS = 20
"""At most so many findings of one clause."""
_ELEMENT = {Outcome.BROKEN: "failure", Outcome.UNDECIDED: "error"}


def render(run_info: RunInfo, verdicts: Sequence[Verdict]) -> str:
    """The report as one XML document in ASCII, suites in the order their kinds first appear."""
    root = ET.Element("testsuites", {"name": "vrss-contract", **_counts(verdicts)})
    root.set("time", f"{run_info.seconds:.3f}")
    for kind in dict.fromkeys(verdict.kind for verdict in verdicts):
        root.append(_suite(run_info, kind, [each for each in verdicts if each.kind == kind]))
    ET.indent(root)
    # References for what is not ASCII: whoever writes the text cannot choose a wrong encoding.
    body = ET.tostring(root, encoding="us-ascii").decode("ascii")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'


def _counts(verdicts: Iterable[Verdict]) -> dict[str, str]:
    tally = Tally.of(verdicts)
    counts = {"tests": tally.total, "failures": tally.broken, "errors": tally.undecided}
    return {name: str(number) for name, number in counts.items()}


def _suite(run_info: RunInfo, kind: str, verdicts: list[Verdict]) -> ET.Element:
    suite = ET.Element("testsuite", {"name": visible(kind), **_counts(verdicts)})
    suite.set("skipped", str(Tally.of(verdicts).waived))
    suite.set("time", f"{sum(verdict.seconds for verdict in verdicts):.3f}")
    properties = ET.SubElement(suite, "properties")
    for name in ("target", "server", "contract", "version"):
        value = short(getattr(run_info, name))
        ET.SubElement(properties, "property", {"name": name, "value": value})
    for note in run_info.notes:
        ET.SubElement(properties, "property", {"name": "note", "value": short(note)})
    suite.extend(_case(verdict) for verdict in verdicts)
    return suite


def _case(verdict: Verdict) -> ET.Element:
    case = ET.Element("testcase", {"classname": visible(verdict.kind), "name": visible(verdict.id)})
    if place := made_at(verdict) or place_of(verdict):
        case.set("file", visible(place.file))
        if place.line is not None:
            case.set("line", str(place.line))
    case.set("time", f"{verdict.seconds:.3f}")
    if verdict.outcome is Outcome.WAIVED:
        ET.SubElement(case, "skipped", {"message": f"waived: {short(verdict.waived)}"})
    if element := _ELEMENT.get(verdict.outcome):
        attributes = {"type": verdict.outcome.value, "message": headline(verdict)}
        ET.SubElement(case, element, attributes).text = _body(verdict)
    return case


def _body(verdict: Verdict) -> str:
    first = f"{short(verdict.level)}: {short(verdict.says)}"
    return "\n".join([first, *lines(verdict, FINDINGS)])
