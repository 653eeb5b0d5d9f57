"""The report for a person at a terminal.

Causes, broken, undecided, advice, summary, within limits that keep it readable; plain text without
escape codes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vrss_contract.checks.verdict import Listing, Tally, Verdict
from vrss_contract.report import causes, summary
from vrss_contract.report.finding import lines
from vrss_contract.report.run_info import RunInfo
from vrss_contract.report.text import count, short

WIDTH = 88
"""Column at which the place of a clause ends."""
CAUSES, BROKEN, REASONS, SUCH_AS = 30, 40, 10, 3
"""At most so many causes, broken clauses, reasons, and clauses of each reason."""


def render(run_info: RunInfo, verdicts: Sequence[Verdict]) -> str:
    """The report as plain text; whatever was left out is counted."""
    told = causes.unexplained(run_info, verdicts)
    parts = [
        *([causes.headline(run_info, verdicts)] if run_info.causes else []),
        *causes.blocks(run_info, WIDTH, CAUSES),
        *_told("BROKEN", summary.broken(told), run_info),
        *_undecided(told, run_info.noun),
        *_waived(verdicts, run_info.noun),
        *_told("ADVICE", summary.advised(verdicts), run_info),
        *map(_listing, run_info.listings),
        _summary(run_info, verdicts),
    ]
    return "\n\n".join(parts) + "\n"


def _told(word: str, found: Sequence[Verdict], run_info: RunInfo) -> Iterator[str]:
    noun = run_info.noun
    for verdict in found[:BROKEN]:
        rest = [short(verdict.says), *lines(verdict, run_info.findings)]
        yield "\n".join([_heading(f"{word}  ", verdict), *(f"        {line}" for line in rest)])
    if (over := len(found) - BROKEN) > 0:
        yield f"... and {count(over, f'more {word.lower()} {noun}')}; --format json has every one"


def _waived(verdicts: Sequence[Verdict], noun: str) -> Iterator[str]:
    """A line for each that is waived, with the reason."""
    if found := summary.waived(verdicts):
        lines = [f"WAIVED  {short(one.id)}: {short(one.waived)}" for one in found[:BROKEN]]
        over = len(found) - BROKEN
        more = f"... and {count(over, f'more waived {noun}')}; --format json has every one"
        yield "\n".join([*lines, *([more] if over > 0 else [])])


def _listing(listing: Listing) -> str:
    """The table, numbers to the right."""
    head = tuple(column.replace("_", " ") for column in listing.columns)
    cells = [head, *(tuple(map(_cell, row)) for row in listing.rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    first = listing.rows[0] if listing.rows else head
    right = [isinstance(cell, int) and not isinstance(cell, bool) for cell in first]
    table = (
        "  ".join(
            f"{cell:>{width}}" if number else f"{cell:<{width}}"
            for cell, width, number in zip(row, widths, right, strict=True)
        ).rstrip()
        for row in cells
    )
    return "\n".join([short(listing.says), *(f"  {line}" for line in table)])


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) else short(str(value))


def _heading(indent: str, verdict: Verdict) -> str:
    name = f"{indent}{short(verdict.id)}  {short(verdict.level)}"
    place = short(verdict.made or verdict.place)
    return f"{name}  {place:>{max(0, WIDTH - len(name) - 2)}}".rstrip()


def _undecided(verdicts: Sequence[Verdict], noun: str) -> Iterator[str]:
    found = summary.reasons(verdicts)
    for reason in found[:REASONS]:
        yield "\n".join(_reason(reason, noun))
    if rest := found[REASONS:]:
        over = sum(len(reason.verdicts) for reason in rest)
        clauses, others = count(over, f"more undecided {noun}"), count(len(rest), "other reason")
        yield f"... and {clauses} for {others}; --format json has every one"


def _reason(reason: summary.UndecidedReason, noun: str) -> Iterator[str]:
    total = len(reason.verdicts)
    yield f"UNDECIDED  {count(total, noun)}: {short(reason.words)}"
    for verdict in reason.verdicts[:SUCH_AS]:
        yield _heading("           ", verdict)
    if total > SUCH_AS:
        yield f"           and {total - SUCH_AS:,} more"


def _summary(run_info: RunInfo, verdicts: Sequence[Verdict]) -> str:
    tally = Tally.of(verdicts)
    return "\n".join(
        [
            f"{count(tally.total, run_info.noun)}: {_outcomes(tally)}",
            *_levels(verdicts),
            f"  {summary.circumstances(run_info)}",
            f"  {summary.made_by(run_info)}",
            *(f"note: {short(note)}" for note in (*causes.folded(run_info), *run_info.notes)),
            *_next(run_info, tally, verdicts),
        ]
    )


def _outcomes(tally: Tally) -> str:
    waived = f", {tally.waived:,} waived" if tally.waived else ""
    return f"{tally.holds:,} held, {tally.broken:,} broken, {tally.undecided:,} undecided{waived}"


def _levels(verdicts: Sequence[Verdict]) -> Iterator[str]:
    levels = {level: tally for level, tally in summary.by_level(verdicts).items() if tally.total}
    width = max((len(f"{tally.total:,}") for tally in levels.values()), default=0)
    for level, tally in levels.items():
        held = f"{tally.holds:>{width},} of {tally.total:>{width},} held"
        yield f"  {level:<6}  {held}  {summary.percent(tally):>6}  {summary.grade(tally)}"


def _next(run_info: RunInfo, tally: Tally, verdicts: Sequence[Verdict]) -> Iterator[str]:
    if tally.broken:
        first = summary.broken(verdicts)[0]
        yield f"next: {run_info.remedy.format(id=short(first.id))}"
    elif tally.undecided:
        yield "next: fix the causes above and run again; undecided clauses were not checked"
    elif not tally.total and not run_info.listings:
        yield f"next: no {run_info.noun} was chosen, so nothing was judged; choose other ids"
