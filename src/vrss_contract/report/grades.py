"""How far each table, and each kind of clause, keeps the contract, level by level. Pure.

Rows, deletes and sessions are judged at ``must``, names and structure at ``should``, so that a
table which only has another structure is told from one that behaves otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from vrss_contract.checks.verdict import Outcome, Tally, Verdict
from vrss_contract.report import summary

NO_TABLE = "of no one table"
"""What clauses are told under that speak of several tables, or of none."""


@dataclass(frozen=True, slots=True)
class Grade:
    """The clauses of one table or kind, counted for each level."""

    name: str
    levels: Mapping[str, Tally]

    @property
    def whole(self) -> bool:
        """Whether all of them hold."""
        return all(one.holds == one.total for one in self.levels.values())

    @property
    def cells(self) -> tuple[str, ...]:
        """What held of each level, the gravest first; nothing where there is no clause."""
        return tuple(_cell(one) for one in self.levels.values())


def by_table(verdicts: Sequence[Verdict]) -> tuple[Grade, ...]:
    """A grade for each table, in the order they come; clauses of no one table come last."""
    found = _grades(verdicts, lambda verdict: verdict.table or NO_TABLE)
    return tuple(sorted(found, key=lambda grade: grade.name == NO_TABLE))


def by_kind(verdicts: Sequence[Verdict]) -> tuple[Grade, ...]:
    """A grade for each kind of clause, in the order they come."""
    return _grades(verdicts, lambda verdict: verdict.kind)


BY: Mapping[str, Callable[[Sequence[Verdict]], tuple[Grade, ...]]] = MappingProxyType(
    {"table": by_table, "kind": by_kind}
)
"""What grades are given by, each with the clauses' share in it."""


def fallen(verdicts: Sequence[Verdict]) -> dict[str, tuple[Grade, ...]]:
    """Each way to give grades with those that are not whole; no way where everything holds."""
    if all(verdict.outcome is Outcome.HOLDS for verdict in verdicts):
        return {}
    told = {by: tuple(one for one in give(verdicts) if not one.whole) for by, give in BY.items()}
    return {by: found for by, found in told.items() if [one.name for one in found] != [NO_TABLE]}


def _grades(verdicts: Sequence[Verdict], name_of: Callable[[Verdict], str]) -> tuple[Grade, ...]:
    groups: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        groups.setdefault(name_of(verdict), []).append(verdict)
    return tuple(Grade(name, summary.by_level(group)) for name, group in groups.items())


def _cell(tally: Tally) -> str:
    return f"{tally.holds:,} of {tally.total:,}" if tally.total else ""
