"""A finding in labelled parts."""

from __future__ import annotations

from collections.abc import Iterator

from vrss_contract.checks.verdict import Finding, Verdict
from vrss_contract.report.text import block, count, difference, short

LABEL = 9
"""Width of the widest label and the gap after it."""

REPEAT = 2_000
"""Characters of one line of SQL, which is worth more whole than short."""

REPAIR = 400
"""Lines of a repair, which is of use whole alone."""

Part = tuple[str, list[str]]
"""A label and the visible lines that stand beside it."""


def parts(finding: Finding) -> Iterator[Part]:
    """The parts of a finding; two texts of many lines come as one diff."""
    yield "because", block(finding.because)
    if diff := difference(finding.expected, finding.found):
        yield "differs", diff
    else:
        yield "expected", block(finding.expected)
        yield "found", block(finding.found)
    if finding.repeat:
        yield "repeat", block(finding.repeat, REPEAT)
    if finding.repair:
        yield "repair", block(finding.repair, REPEAT, REPAIR)


def lines(verdict: Verdict, most: int) -> list[str]:
    """The first ``most`` findings as plain lines, with a count of the others."""
    shown = [
        line
        for finding in verdict.findings[:most]
        for label, texts in parts(finding)
        for line in _beside(label, texts)
    ]
    over = len(verdict.findings) - most
    return [*shown, f"and {count(over, 'more finding')}"] if over > 0 else shown


def _beside(label: str, texts: list[str]) -> Iterator[str]:
    for number, text in enumerate(texts):
        start = "" if number else label
        # Blanks at the end of a value are kept, for they may be what differs.
        yield f"{start:<{LABEL}} {text}" if text.strip() else start


def headline(verdict: Verdict) -> str:
    """The first finding on one line, or the clause's sentence where there is none."""
    if not verdict.findings:
        return short(verdict.says)
    first = verdict.findings[0]
    if difference(first.expected, first.found):
        return short(f"{first.because}: found differs from expected")
    return short(f"{first.because}: expected {first.expected}, found {first.found}")
