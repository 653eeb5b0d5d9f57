"""A check as a value: what it asks, and what it saw."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import psycopg

from vrss_contract.checks.verdict import Finding, Listing, Outcome, Verdict
from vrss_contract.contract.model import Contract, Level
from vrss_contract.database.catalog.facts import Catalog
from vrss_contract.database.loader import said
from vrss_contract.doctor.repair import Repair

EXAMPLES = 3
"""Rows or objects that a finding names of many."""


@dataclass(frozen=True, slots=True)
class Patient:
    """The database looked at, inside its one transaction."""

    connection: psycopg.Connection = field(repr=False)
    contract: Contract
    catalog: Catalog
    repair: Repair


@dataclass(frozen=True, slots=True)
class Signs:
    """What a check saw."""

    faults: tuple[Finding, ...] = ()
    unasked: tuple[Finding, ...] = ()
    """What kept a part of it from being asked."""
    advice: tuple[Finding, ...] = ()
    """What is no fault, and worth a thought."""
    listing: Listing | None = None
    """What a reader wants whole, be there a fault or not."""


@dataclass(frozen=True, slots=True)
class DoctorCheck:
    """One question about a database."""

    id: str
    kind: str
    level: Level
    says: str
    """What is so where nothing is found, in one sentence."""
    look: Callable[[Patient], Signs]
    objects: tuple[str, ...] = ()
    place: str = ""


def verdict(check: DoctorCheck, signs: Signs, seconds: float) -> Verdict:
    """The check's outcome: broken for any fault, else undecided for anything unasked."""
    outcome = Outcome.HOLDS
    if signs.faults:
        outcome = Outcome.BROKEN
    elif signs.unasked:
        outcome = Outcome.UNDECIDED
    return Verdict(
        id=check.id,
        outcome=outcome,
        level=check.level,
        kind=check.kind,
        says=check.says,
        objects=check.objects,
        place=check.place,
        findings=(*signs.faults, *signs.unasked, *signs.advice),
        seconds=round(seconds, 6),
    )


def told(error: psycopg.Error) -> str:
    """What the server said; of an error about a value its name alone, for its words hold the value.

    Those are of the classes 22 (data) and 23 (constraints), and whatever a function raises.
    """
    if (error.sqlstate or "")[:2] in {"22", "23", "P0"}:
        return f"{error.sqlstate} {type(error).__name__}, whose words may hold a value"
    return said(error)


def counted(number: int, noun: str) -> str:
    """``1 row``, ``1,203 rows``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def some(examples: list[str], total: int) -> str:
    """The examples, each on a line, and how many more there are."""
    shown = examples[:EXAMPLES]
    over = total - len(shown)
    return "\n".join([*shown, f"and {over:,} more"] if over > 0 else shown)
