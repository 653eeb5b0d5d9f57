"""The report as one comment on a pull request.

GitHub's Markdown, within the 65,536 characters that a comment may have; values are kept from
becoming markup.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vrss_contract import templates
from vrss_contract.checks.verdict import Tally, Verdict
from vrss_contract.report import causes, grades, summary
from vrss_contract.report.finding import headline, parts
from vrss_contract.report.run_info import RunInfo
from vrss_contract.report.text import block, count, short

if TYPE_CHECKING:
    from markupsafe import Markup

LIMIT = 65_536
"""Characters that a comment may have."""
ROW = 6_000
"""Characters past which a row holds its first finding alone, on one line."""
FINDINGS, SUCH_AS, WAIVED = 3, 3, 20
"""At most so many findings of a clause, clauses of a reason, and waived clauses."""
_DDL_LINES = 6
"""Lines of what mends a cause."""
_NOTE = 300
"""Characters kept free for the note on what was left out."""


def render(run_info: RunInfo, verdicts: Sequence[Verdict]) -> str:
    """The report as Markdown of at most LIMIT characters; whatever was left out is counted."""
    text = _head(run_info, verdicts)
    left: Counter[str] = Counter()
    told = causes.unexplained(run_info, verdicts)
    for section in (
        *_causes(run_info),
        *_grades(verdicts),
        *_broken(told, run_info.noun),
        *_undecided(told, run_info.noun),
        *_advice(verdicts, run_info.noun),
    ):
        rows = _fitting(section, LIMIT - _NOTE - len(text))
        text += section.around(rows) if rows else ""
        left[section.noun] += len(section.rows) - len(rows)
    return text + _note(left)


def _written() -> Any:
    """The macros of the template."""
    return templates.template(__package__, "report.md", short=short).module


def _head(run_info: RunInfo, verdicts: Sequence[Verdict]) -> str:
    tally = Tally.of(verdicts)
    levels = [
        (level, its, summary.percent(its), summary.grade(its))
        for level, its in summary.by_level(verdicts).items()
        if its.total
    ]
    waived = [f"waived: {one.id}: {one.waived}" for one in summary.waived(verdicts)[:WAIVED]]
    if (over := tally.waived - len(waived)) > 0:
        waived.append(f"and {count(over, f'more waived {run_info.noun}')}")
    made = [summary.circumstances(run_info), summary.made_by(run_info)]
    lines = [*made, *run_info.notes, *waived]
    total = count(tally.total, run_info.noun)
    return str(_written().head(run_info.whole, run_info.noun, tally, total, levels, lines))


@dataclass(frozen=True, slots=True)
class _Section:
    """A table that opens on a click."""

    around: Callable[[Sequence[Markup]], str]
    """The section with these of its rows."""
    rows: list[Markup]
    noun: str
    """What one row is, for the note on rows left out."""


def _causes(run_info: RunInfo) -> Iterator[_Section]:
    """What is to be mended, as a table that is open."""
    if not run_info.causes:
        return
    written = _written()
    rows = [
        written.cause(one, causes.hangs(one), block("\n".join(one.ddl), lines=_DDL_LINES))
        for one in run_info.causes
    ]
    yield _Section(lambda kept: str(written.causes(len(run_info.causes), kept)), rows, "cause")


def _grades(verdicts: Sequence[Verdict]) -> Iterator[_Section]:
    """How far each table and each kind keeps the contract, where one does not."""
    written = _written()
    for by, found in grades.fallen(verdicts).items():
        rows = [written.grade(one) for one in found]
        yield _section("grades", by, len(rows), rows, f"grade by {by}")


def _fitting(section: _Section, room: int) -> list[Markup]:
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
            yield _section("broken", level, len(rows), noun, rows, f"broken {noun}")


def _advice(verdicts: Sequence[Verdict], noun: str) -> Iterator[_Section]:
    if rows := [_clause(verdict) for verdict in summary.advised(verdicts)]:
        yield _section("advice", len(rows), noun, rows, f"advised {noun}")


def _undecided(verdicts: Sequence[Verdict], noun: str) -> Iterator[_Section]:
    if found := summary.reasons(verdicts):
        total = sum(len(reason.verdicts) for reason in found)
        rows = [_reason(reason) for reason in found]
        yield _section("undecided", total, noun, rows, "undecided group")


def _section(macro: str, *values: Any) -> _Section:
    """A section by its macro, what that takes before the rows, the rows, and what one is."""
    *before, rows, noun = values
    written = getattr(_written(), macro)
    return _Section(lambda shown: str(written(*before, shown)), rows, noun)


def _clause(verdict: Verdict) -> Markup:
    over = len(verdict.findings) - FINDINGS
    findings = [list(parts(finding)) for finding in verdict.findings[:FINDINGS]]
    more = count(over, "more finding") if over > 0 else ""
    whole: Markup = _written().clause(verdict, findings, more)
    brief: Markup = _written().brief(verdict, headline(verdict))
    return whole if len(whole) <= ROW else brief


def _reason(reason: summary.UndecidedReason) -> Markup:
    examples = reason.verdicts[:SUCH_AS]
    row: Markup = _written().reason(reason.words, len(reason.verdicts), examples)
    return row


def _note(left: Counter[str]) -> str:
    """What was left out, or nothing."""
    counts = ", ".join(count(number, noun) for noun, number in left.items() if number)
    return str(_written().note(counts)) if counts else ""
