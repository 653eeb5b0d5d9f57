"""Two targets judged by the same clauses: where their outcomes differ, as text."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any

from vrss_contract import templates
from vrss_contract.checks.verdict import Cause, Outcome, Verdict
from vrss_contract.report import causes
from vrss_contract.report.finding import headline
from vrss_contract.report.text import count, short

VERSION = 1
"""Raised when a reader of the JSON document has to change."""
_WIDTH = 88


@dataclass(frozen=True, slots=True)
class OutcomePair:
    """One clause on both targets."""

    first: Verdict
    second: Verdict

    @property
    def falls(self) -> Verdict:
        """The verdict that does not hold; of two that don't, the second."""
        return self.first if self.second.outcome is Outcome.HOLDS else self.second


@dataclass(frozen=True, slots=True)
class SideCause:
    """What is to be mended on one of two targets."""

    target: str
    cause: Cause


@dataclass(frozen=True, slots=True)
class TargetDifference:
    """What two targets have of their own, and what becomes of clauses for it."""

    first: str
    second: str
    """What they are called."""
    changes: tuple[str, ...]
    """What of the schema differs, each in a few words."""
    judged: int
    asked: int
    """How many clauses the differences can touch, and of how many."""
    pairs: tuple[OutcomePair, ...]
    """The clauses whose outcomes differ, in the contract's order."""
    notes: tuple[str, ...] = ()
    causes: tuple[SideCause, ...] = ()
    """What is to be mended for what falls on one side alone."""

    @property
    def unexplained(self) -> tuple[OutcomePair, ...]:
        """The outcomes that no cause explains."""
        known = {id_ for one in self.causes for id_ in one.cause.clauses}
        return tuple(pair for pair in self.pairs if pair.first.id not in known)


def terminal(found: TargetDifference) -> str:
    """For a person."""
    lines = [f"{count(len(found.changes), 'difference')} of the schema"]
    lines += [f"  {short(one)}" for one in found.changes]
    touched = f"{found.judged:,} of {count(found.asked, 'clause')} can be touched by them"
    lines += ["", f"{touched}; {count(len(found.pairs), 'outcome')} differ"]
    for one in found.causes:
        lines += ["", *causes.lines(one.cause, _WIDTH, one.target)]
    lines += [""] * bool(found.causes)
    for pair in found.unexplained:
        ends = (f"{found.first}: {pair.first.outcome}", f"{found.second}: {pair.second.outcome}")
        lines += [
            f"  {short(pair.first.id)}  {pair.first.level}",
            f"    {short('; '.join(ends))}",
            f"    {headline(pair.falls)}",
        ]
    lines += [f"note: {short(note)}" for note in found.notes]
    return "\n".join(lines) + "\n"


def markdown(found: TargetDifference) -> str:
    """For a comment on a pull request."""
    return templates.template(__package__, "outcomes.md", short=short).render(
        found=found, headline=headline, hangs=causes.hangs
    )


def document(found: TargetDifference) -> str:
    """For machines: one JSON object in ASCII."""
    whole: dict[str, Any] = {
        "diff_version": VERSION,
        "first": found.first,
        "second": found.second,
        "changes": found.changes,
        "judged": found.judged,
        "asked": found.asked,
        "causes": [{"target": one.target, **asdict(one.cause)} for one in found.causes],
        "outcomes": [_pair(pair) for pair in found.pairs],
        "notes": found.notes,
    }
    return json.dumps(whole, indent=2) + "\n"


def _pair(pair: OutcomePair) -> dict[str, str]:
    return {
        "id": pair.first.id,
        "level": pair.first.level,
        "kind": pair.first.kind,
        "says": pair.first.says,
        "first": pair.first.outcome,
        "second": pair.second.outcome,
        "because": headline(pair.falls),
    }


def pairs(first: Sequence[Verdict], second: Sequence[Verdict]) -> tuple[OutcomePair, ...]:
    """The clauses that are judged in both and end otherwise."""
    known = {verdict.id: verdict for verdict in first}
    both = (OutcomePair(known[one.id], one) for one in second if one.id in known)
    return tuple(pair for pair in both if pair.first.outcome is not pair.second.outcome)


FORMATS: Mapping[str, Any] = MappingProxyType(
    {"terminal": terminal, "markdown": markdown, "json": document}
)
"""Each format by the word that ``--format`` takes."""
