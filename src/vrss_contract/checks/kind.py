"""What every kind has in common: what it is given, and how findings become a verdict.

Knows the bench (one loaded database and the contract) and the rule that broken and undecided are
never mixed; does not know any kind.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.verdict import Finding, Outcome, Verdict
from vrss_contract.contract.model import Clause, Contract, Given
from vrss_contract.database.savepoint_probe import Answer, Baseline, Probe
from vrss_contract.database.scratch import TIME_ZONE
from vrss_contract.target import Target

_ABSENT = frozenset(
    {"undefined_table", "undefined_column", "undefined_object", "undefined_function"}
)


@dataclass(frozen=True, slots=True)
class Judged:
    """What one case showed: findings, and whether it could be judged at all."""

    findings: tuple[Finding, ...] = ()
    undecided: bool = False


def lost(finding: Finding) -> Judged:
    """A case that could not be judged, and why."""
    return Judged((finding,), undecided=True)


def untried(
    answer: Answer, given: Sequence[Given], tables: Iterable[str], context: JudgingContext
) -> str:
    """Why what matters could not even be tried; nothing where it was.

    Args:
        answer: what came of the probe.
        given: the rows that its first steps put in.
        tables: those the promise speaks of.
        context: whose catalog tells whether a name is missing or a trigger stumbles over its own.
    """
    if answer.lost:
        return answer.lost
    stopped = not answer.done and answer.failed_at < len(given)
    if stopped or (answer.condition in _ABSENT and not _complete(tables, context)):
        return f"refused with {answer.condition}: {answer.message}"
    if 0 in answer.touched[: len(given)]:
        return f"a row of {given[answer.touched.index(0)].table} was taken, and is not there"
    return ""


def absent(condition: str, context: JudgingContext) -> bool:
    """Whether a statement failed since the target lacks what the contract declares."""
    return condition in _ABSENT and not _complete(context.contract.tables, context)


def _complete(tables: Iterable[str], context: JudgingContext) -> bool:
    """Whether the target has these tables with every declared column."""
    declared = {name: context.contract.tables[name].columns for name in tables}
    there = context.catalog.tables
    return all(
        name in there and {column.name for column in columns} <= there[name].columns.keys()
        for name, columns in declared.items()
    )


def shown(probe: Probe) -> str:
    """The probe as SQL that a person can run, in a transaction that is undone."""
    steps = [*probe.steps, "SET CONSTRAINTS ALL IMMEDIATE", *([probe.ask] if probe.ask else [])]
    return "".join(f"{step};\n" for step in steps).rstrip()


def script(baseline: Baseline, cases: Sequence[tuple[str, Probe]]) -> str:
    """Probes with what is expected of each, as one script for psql that leaves nothing behind."""
    needed = {table for _, probe in cases for table in probe.needs}
    lines = ["-- for a scratch database, such as the one that `verify --keep` leaves", "BEGIN;"]
    lines.append(f"SET LOCAL TimeZone = '{TIME_ZONE}';")
    for table, statements in baseline.items():
        lines.extend(f"{statement};" for statement in statements if table in needed)
    for note, probe in cases:
        lines += ["", f"-- {note}", "SAVEPOINT one;", shown(probe), "ROLLBACK TO one;"]
    return "\n".join([*lines, "", "ROLLBACK;"])


def replay_command(text: str, target: Target, contract: Contract) -> str:
    """What a person types to have an interleaving played again."""
    file = () if target.canonical else (target.name,)
    return shlex.join(("vrss-contract", "replay", text, *file, *contract.manifest.words))


def decided(clause: Clause, cases: Iterable[Judged]) -> Verdict:
    """Broken where any case shows so; else undecided where any could not be judged; else held."""
    judged = list(cases)
    broken = [finding for case in judged if not case.undecided for finding in case.findings]
    open_ = [finding for case in judged if case.undecided for finding in case.findings]
    if broken:
        outcome, findings = Outcome.BROKEN, broken
    else:
        outcome, findings = (Outcome.UNDECIDED, open_) if open_ else (Outcome.HOLDS, [])
    return verdict(clause, outcome, tuple(findings))


def verdict(clause: Clause, outcome: Outcome, findings: tuple[Finding, ...] = ()) -> Verdict:
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
    )
