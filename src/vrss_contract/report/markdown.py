"""The report as one comment on a pull request.

Knows GitHub's Markdown, the 65,536 characters that a comment may have, and how to keep a value
from becoming markup: inside ``<code>`` with its punctuation as character references.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vrss_contract.checks.verdict import Tally, Verdict
from vrss_contract.report import summary
from vrss_contract.report.finding import headline, parts
from vrss_contract.report.run_info import RunInfo
from vrss_contract.report.text import count, short

LIMIT = 65_536
"""Characters that a comment may have."""
ROW = 6_000
"""Characters past which a row holds its first finding alone, on one line."""
FINDINGS, SUCH_AS = 3, 3
"""At most so many findings of a clause, and clauses of a reason."""
_NOTE = 300
"""Characters kept free for the note on what was left out."""
_MARKUP = re.compile(r"""[!"#$&'()*:<>@\[\\\]^_`{|}~]""")


def render(run_info: RunInfo, verdicts: Sequence[Verdict]) -> str:
    """The report as Markdown of at most LIMIT characters; whatever was left out is counted."""
    text = _head(run_info, verdicts)
    left: Counter[str] = Counter()
    for section in (
        *_broken(verdicts, run_info.noun),
        *_undecided(verdicts, run_info.noun),
        *_advice(verdicts, run_info.noun),
    ):
        rows = _fitting(section, LIMIT - _NOTE - len(text))
        text += section.around(rows) if rows else ""
        left[section.noun] += len(section.rows) - len(rows)
    return text + _note(left)


def code(text: str) -> str:
    """The text on one visible line that Markdown and HTML take for nothing but text."""
    return f"<code>{_plain(short(text))}</code>"


def _plain(text: str) -> str:
    return _MARKUP.sub(lambda match: f"&#{ord(match[0])};", text)


def _head(run_info: RunInfo, verdicts: Sequence[Verdict]) -> str:
    tally = Tally.of(verdicts)
    where = f"{code(summary.circumstances(run_info))}<br>{code(summary.made_by(run_info))}"
    notes = "".join(f"<br>{code(note)}" for note in run_info.notes)
    levels = _levels(verdicts) if tally.total else ""
    return f"### {_headline(run_info, tally)}\n\n{levels}{where}{notes}\n"


def _headline(run_info: RunInfo, tally: Tally) -> str:
    total = count(tally.total, run_info.noun)
    if tally.broken:
        return f"{run_info.whole} broken: {tally.broken:,} of {total}"
    if tally.undecided:
        return f"{run_info.whole} undecided: {tally.undecided:,} of {total} could not be judged"
    if tally.holds:
        return f"{run_info.whole} kept: {total} held"
    return f"Nothing judged: no {run_info.noun} was chosen"


def _levels(verdicts: Sequence[Verdict]) -> str:
    rows = [
        f"| {level} | {tally.holds:,} of {tally.total:,} | {tally.broken:,} | {tally.undecided:,}"
        f" | {summary.percent(tally)} {summary.grade(tally)} |\n"
        for level, tally in summary.by_level(verdicts).items()
        if tally.total
    ]
    columns = "| level | held | broken | undecided | grade |\n|---|--:|--:|--:|---|\n"
    return f"{columns}{''.join(rows)}\n"


@dataclass(frozen=True, slots=True)
class _Section:
    """A table that opens on a click."""

    title: str
    columns: str
    rows: list[str]
    noun: str
    """What one row is, for the note on rows left out."""

    def around(self, rows: list[str]) -> str:
        """The section with these of its rows."""
        head = f"\n<details><summary>{self.title}</summary>\n\n{self.columns}\n"
        return f"{head}{''.join(rows)}\n</details>\n"


def _fitting(section: _Section, room: int) -> list[str]:
    """The first rows with which the section has at most ``room`` characters."""
    room -= len(section.around([]))
    for number, row in enumerate(section.rows):
        room -= len(row)
        if room < 0:
            return section.rows[:number]
    return section.rows


def _broken(verdicts: Sequence[Verdict], noun: str) -> Iterator[_Section]:
    found = summary.broken(verdicts)
    for level in summary.LEVELS:
        if rows := [_clause(verdict) for verdict in found if verdict.level == level]:
            columns = f"| {noun} | finding |\n|---|---|"
            yield _Section(f"{level}: {len(rows):,} broken", columns, rows, f"broken {noun}")


def _advice(verdicts: Sequence[Verdict], noun: str) -> Iterator[_Section]:
    if rows := [_clause(verdict) for verdict in summary.advised(verdicts)]:
        columns = f"| {noun} | finding |\n|---|---|"
        yield _Section(f"advice: {len(rows):,}", columns, rows, f"advised {noun}")


def _clause(verdict: Verdict) -> str:
    place = f"<br>{code(verdict.place)}" if verdict.place else ""
    name = f"{code(verdict.id)}<br>{_plain(short(verdict.says))}{place}"
    row = f"| {name} | {_findings(verdict)} |\n"
    return row if len(row) <= ROW else f"| {name} | {code(headline(verdict))} |\n"


def _findings(verdict: Verdict) -> str:
    over = len(verdict.findings) - FINDINGS
    findings = ["<br>".join(_finding(verdict, number)) for number in range(FINDINGS)]
    rest = [f"and {count(over, 'more finding')}"] if over > 0 else []
    return "<br><br>".join([*filter(None, findings), *rest])


def _finding(verdict: Verdict, number: int) -> Iterator[str]:
    for finding in verdict.findings[number : number + 1]:
        for label, lines in parts(finding):
            text = "<br>".join(_plain(line) for line in lines)
            yield f"{label} <pre>{text}</pre>" if len(lines) > 1 else f"{label} <code>{text}</code>"


def _undecided(verdicts: Sequence[Verdict], noun: str) -> Iterator[_Section]:
    if found := summary.reasons(verdicts):
        total = sum(len(reason.verdicts) for reason in found)
        columns = f"| reason | {noun}s | such as |\n|---|--:|---|"
        rows = [_reason(reason) for reason in found]
        yield _Section(f"{total:,} undecided", columns, rows, "undecided group")


def _reason(reason: summary.Reason) -> str:
    examples = "<br>".join(code(verdict.id) for verdict in reason.verdicts[:SUCH_AS])
    return f"| {code(reason.words)} | {len(reason.verdicts):,} | {examples} |\n"


def _note(left: Counter[str]) -> str:
    """What was left out, or nothing."""
    counts = ", ".join(count(number, noun) for noun, number in left.items() if number)
    return f"\nLeft out for length: {counts}; `--format json` has every one.\n" if counts else ""
