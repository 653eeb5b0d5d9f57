"""The report as one HTML page that needs nothing beside itself.

Causes come first, then what broke, what could not be judged, and, folded up, what holds. It is read
without a script; one of a few lines adds the search and the filters. ``page.html`` lays it out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vrss_contract import templates
from vrss_contract.checks.verdict import Outcome, Tally, Verdict
from vrss_contract.report import causes, grades, summary
from vrss_contract.report.finding import parts
from vrss_contract.report.run_info import RunInfo
from vrss_contract.report.text import count

FINDINGS = 10
"""At most so many findings of one clause."""
_TITLES = {
    Outcome.BROKEN: "broken",
    Outcome.UNDECIDED: "could not be judged",
    Outcome.WAIVED: "waived",
    Outcome.HOLDS: "held",
}


@dataclass(frozen=True, slots=True)
class _Group:
    """The verdicts of one outcome."""

    outcome: Outcome
    title: str
    verdicts: tuple[Verdict, ...]

    @property
    def unfolded(self) -> bool:
        """Whether a reader finds it open."""
        return self.outcome in {Outcome.BROKEN, Outcome.UNDECIDED}


def render(run_info: RunInfo, verdicts: Sequence[Verdict]) -> str:
    """The whole page."""
    levels = summary.by_level(verdicts).items()
    return templates.template(__package__, "page.html", hangs=causes.hangs, parts=parts).render(
        run_info=run_info,
        headline=_headline(run_info, Tally.of(verdicts)),
        levels=[(level, its, summary.percent(its)) for level, its in levels if its.total],
        lines=[summary.circumstances(run_info), summary.made_by(run_info), *run_info.notes],
        grades=grades.fallen(verdicts),
        groups=list(_groups(verdicts)),
        kinds=sorted({one.kind for one in verdicts}),
        tables=sorted({_table(one) for one in verdicts} - {""}),
        table=_table,
        most=FINDINGS,
        owners={id_: number for number, one in enumerate(run_info.causes) for id_ in one.clauses},
    )


def _headline(run_info: RunInfo, tally: Tally) -> str:
    total = count(tally.total, run_info.noun)
    if tally.broken:
        return f"{run_info.whole} broken: {tally.broken:,} of {total}"
    if tally.undecided:
        return f"{run_info.whole} undecided: {tally.undecided:,} of {total} could not be judged"
    return f"{run_info.whole} kept: {total} held"


def _groups(verdicts: Sequence[Verdict]) -> Iterator[_Group]:
    for outcome, title in _TITLES.items():
        found = tuple(one for one in verdicts if one.outcome is outcome)
        if found:
            yield _Group(outcome, f"{len(found):,} {title}", found)


def _table(verdict: Verdict) -> str:
    """The table, or what the clause's first object is a part of, as far as its name tells."""
    return verdict.table or (verdict.objects[0].partition(".")[0] if verdict.objects else "")
