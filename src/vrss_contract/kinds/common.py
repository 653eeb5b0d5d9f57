"""What every kind has in common: what it is given, and how findings become a verdict.

Knows the bench (one loaded database and the contract) and the rule that broken and undecided are
never mixed; does not know any kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from vrss_contract.catalog.facts import Catalog
from vrss_contract.clause.model import Clause, Contract
from vrss_contract.database import Databases
from vrss_contract.probe import Answer, Probe, World
from vrss_contract.target import Target
from vrss_contract.verdict import Finding, Outcome, Verdict

_ABSENT = frozenset(
    {"undefined_table", "undefined_column", "undefined_object", "undefined_function"}
)


class Bench(Protocol):
    """What a kind judges with."""

    @property
    def contract(self) -> Contract:
        """The contract."""
        ...

    @property
    def target(self) -> Target:
        """What is judged, as the statements that make it."""
        ...

    @property
    def databases(self) -> Databases:
        """Makes databases for what must not be judged in the loaded one."""
        ...

    @property
    def catalog(self) -> Catalog:
        """What the loaded target's catalog says, read once."""
        ...

    def ask(self, probes: Sequence[Probe]) -> list[Answer]:
        """The answers to the probes, in order."""
        ...


@dataclass(frozen=True, slots=True)
class Judged:
    """What one case showed: findings, and whether it could be judged at all."""

    findings: tuple[Finding, ...] = ()
    undecided: bool = False


def lost(finding: Finding) -> Judged:
    """A case that could not be judged, and why."""
    return Judged((finding,), undecided=True)


def lacks(answer: Answer) -> bool:
    """Whether the row could not even be tried, because a table or column is not there."""
    return answer.condition in _ABSENT


def shown(probe: Probe) -> str:
    """The probe as SQL that a person can run, in a transaction that is undone."""
    steps = [*probe.steps, *([probe.ask] if probe.ask else [])]
    return "".join(f"{step};\n" for step in steps).rstrip()


def script(world: World, cases: Sequence[tuple[str, Probe]]) -> str:
    """Probes with what is expected of each, as one script for psql that leaves nothing behind."""
    needed = {table for _, probe in cases for table in probe.needs}
    lines = ["-- for a scratch database, such as the one that `verify --keep` leaves", "BEGIN;"]
    for table, statements in world.items():
        lines.extend(f"{statement};" for statement in statements if table in needed)
    for note, probe in cases:
        lines += ["", f"-- {note}", "SAVEPOINT one;", shown(probe), "ROLLBACK TO one;"]
    return "\n".join([*lines, "", "ROLLBACK;"])


def decided(clause: Clause, cases: Iterable[Judged], seconds: float = 0.0) -> Verdict:
    """Broken where any case shows so; else undecided where any could not be judged; else held."""
    judged = list(cases)
    broken = [finding for case in judged if not case.undecided for finding in case.findings]
    open_ = [finding for case in judged if case.undecided for finding in case.findings]
    if broken:
        outcome, findings = Outcome.BROKEN, broken
    else:
        outcome, findings = (Outcome.UNDECIDED, open_) if open_ else (Outcome.HOLDS, [])
    return verdict(clause, outcome, tuple(findings), seconds)


def verdict(
    clause: Clause, outcome: Outcome, findings: tuple[Finding, ...] = (), seconds: float = 0.0
) -> Verdict:
    """The verdict on a clause, with what reports say of it."""
    return Verdict(
        id=clause.id,
        outcome=outcome,
        level=clause.level,
        kind=clause.kind,
        says=clause.says,
        objects=clause.objects,
        place=str(clause.place) if clause.place.file else "",
        findings=findings,
        seconds=seconds,
    )
