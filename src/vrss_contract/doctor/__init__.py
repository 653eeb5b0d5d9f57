"""A live database looked at, without a change: checks in one transaction, verdicts out.

Nothing is ever repaired here: what mends a fault is told, for a person to run.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from vrss_contract.checks.verdict import Finding, Verdict
from vrss_contract.contract.model import Contract
from vrss_contract.doctor import session
from vrss_contract.doctor.check import DoctorCheck, Patient, Signs, told, verdict
from vrss_contract.doctor.repair import Repair
from vrss_contract.postgres import dsn
from vrss_contract.postgres.readiness import ServerAddress

__all__ = ["Examination", "ExaminationResult", "examine"]

TIMEOUT = 300.0
"""Seconds that one statement may take."""


@dataclass(frozen=True, slots=True)
class Examination:
    """What is to be looked at, and for what."""

    contract: Contract
    folder: Path
    """The contract's folder, which holds the repairs."""
    checks: Sequence[DoctorCheck]
    address: ServerAddress
    timeout: float = TIMEOUT


@dataclass(slots=True)
class ExaminationResult:
    """What came of it: verdicts in the order of the checks, and where the time went, in seconds."""

    verdicts: tuple[Verdict, ...] = ()
    server: str = ""
    database: str = ""
    notes: tuple[str, ...] = ()
    seconds: dict[str, float] = field(default_factory=dict)


def examine(
    order: Examination,
    seen: Callable[[Verdict], None] = lambda _: None,
    doing: Callable[[str], None] = lambda _: None,
) -> ExaminationResult:
    """Make the checks of the order; the first that ends the connection leaves the rest undecided.

    Args:
        order: what is looked at.
        seen: told of each verdict.
        doing: told of what is done next.

    Raises:
        TroubleError: the database is not to be had, or its catalog can't be read.
    """
    result, began = ExaminationResult(), time.perf_counter()
    doing("connecting")
    with dsn.connect(order.address) as connection:
        result.server, result.database = dsn.label(connection), connection.info.dbname
        tables, schemas = list(order.contract.tables), order.contract.schemas
        with session.reading(connection, tables, order.timeout, schemas) as opened:
            result.notes = (*opened.notes, *_unasked(order.contract))
            repair = Repair(order.folder, dsn.address(order.address))
            patient = Patient(connection, order.contract, opened.catalog, repair)
            result.seconds["connect"] = time.perf_counter() - began
            result.verdicts = tuple(_made(order.checks, patient, seen, doing))
    result.seconds["look"] = time.perf_counter() - began - result.seconds["connect"]
    return result


def _made(
    checks: Sequence[DoctorCheck],
    patient: Patient,
    seen: Callable[[Verdict], None],
    doing: Callable[[str], None],
) -> list[Verdict]:
    verdicts: list[Verdict] = []
    lost = ""
    for check in checks:
        doing(check.id)
        began = time.perf_counter()
        signs = _lost(lost) if lost else _asked(check, patient)
        if patient.connection.closed and not lost:
            lost = signs.unasked[0].found
        verdicts.append(verdict(check, signs, time.perf_counter() - began))
        seen(verdicts[-1])
    return verdicts


def _asked(check: DoctorCheck, patient: Patient) -> Signs:
    """What the check sees; in a subtransaction, so that its failure is its own."""
    try:
        with patient.connection.transaction():
            return check.look(patient)
    except psycopg.Error as error:
        if patient.connection.closed:
            return _lost(told(error))
        finding = Finding("the question was not answered", "an answer", told(error))
        return Signs(unasked=(finding,))


def _lost(why: str) -> Signs:
    return Signs(unasked=(Finding("the connection was lost", "an answer", why),))


def _unasked(contract: Contract) -> list[str]:
    return [
        f"{id_} was not asked: it takes two looks at different times"
        for id_, promise in session.invariants(contract)
        if promise.never_falls
    ]
