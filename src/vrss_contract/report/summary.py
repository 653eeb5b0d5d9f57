"""What a report says of many verdicts at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from vrss_contract.checks.verdict import Outcome, Tally, Verdict
from vrss_contract.report.run_info import RunInfo
from vrss_contract.report.text import duration, short

LEVELS = ("must", "should", "may")
"""The levels of the contract, the gravest first."""


def by_level(verdicts: Sequence[Verdict]) -> dict[str, Tally]:
    """A tally for each level, the gravest first, levels without a clause included."""
    return {level: Tally.of(v for v in verdicts if v.level == level) for level in LEVELS}


def grade(tally: Tally) -> Outcome | None:
    """The worst outcome among the clauses, or None where there is no clause."""
    if tally.broken:
        return Outcome.BROKEN
    if tally.undecided:
        return Outcome.UNDECIDED
    return Outcome.HOLDS if tally.holds or tally.waived else None


def percent(tally: Tally) -> str:
    """The share that held, rounded down, so that 100.0% means every clause of at least one."""
    return f"{1000 * tally.holds // tally.total / 10:.1f}%"


def broken(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """The broken ones, the gravest level first, else in the order given."""
    found = [verdict for verdict in verdicts if verdict.outcome is Outcome.BROKEN]
    return sorted(found, key=lambda verdict: LEVELS.index(verdict.level))


def waived(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Those that fell, and may."""
    return [verdict for verdict in verdicts if verdict.outcome is Outcome.WAIVED]


def advised(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Those that hold, with something to say."""
    return [verdict for verdict in verdicts if verdict.outcome is Outcome.HOLDS if verdict.findings]


@dataclass(frozen=True, slots=True)
class UndecidedReason:
    """Why some clauses could not be judged."""

    words: str
    verdicts: tuple[Verdict, ...]


def reasons(verdicts: Sequence[Verdict]) -> list[UndecidedReason]:
    """The undecided ones by what was found in their way, the reason of most clauses first."""
    groups: defaultdict[str, list[Verdict]] = defaultdict(list)
    for verdict in verdicts:
        if verdict.outcome is Outcome.UNDECIDED:
            groups[_found(verdict)].append(verdict)
    found = [UndecidedReason(_words(words, group), tuple(group)) for words, group in groups.items()]
    return sorted(found, key=lambda reason: -len(reason.verdicts))


def _found(verdict: Verdict) -> str:
    return verdict.findings[0].found if verdict.findings else ""


def _words(found: str, group: list[Verdict]) -> str:
    """What was found, after what it was found in where the whole group shares that."""
    shared = {verdict.findings[0].because for verdict in group if verdict.findings}
    because = shared.pop() if len(shared) == 1 else ""
    return ": ".join(filter(None, (because, found))) or "no reason given"


def circumstances(run_info: RunInfo) -> str:
    """What was verified, where and in what time, on one line."""
    spent = ", ".join(f"{short(name)} {duration(time)}" for name, time in run_info.phases.items())
    where = f"{short(run_info.target)} on {short(run_info.server)}"
    return f"{where} in {duration(run_info.seconds)}" + (f" ({spent})" if spent else "")


def made_by(run_info: RunInfo) -> str:
    """Which contract was judged by which version."""
    return f"contract {short(run_info.contract)}, vrss-contract {short(run_info.version)}"
