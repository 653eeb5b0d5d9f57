"""A live database looked at, without a change: checks in one transaction, verdicts out.

Nothing is ever repaired here: what mends a fault is told, for a person to run.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from vrss_contract.checks.verdict import Finding, Listing, Verdict
from vrss_contract.contract.model import Contract
from vrss_contract.contract.moved import moved
from vrss_contract.database import place
from vrss_contract.database.loader import said
from vrss_contract.doctor import session
from vrss_contract.doctor.check import DoctorCheck, Patient, Signs, told, verdict
from vrss_contract.doctor.errors import NO_CATALOG
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
    schema: str = ""
    """Where tables whose name says no schema are; without it, where they are found."""


@dataclass(slots=True)
class ExaminationResult:
    """What came of it: verdicts in the order of the checks, and where the time went, in seconds."""

    verdicts: tuple[Verdict, ...] = ()
    server: str = ""
    database: str = ""
    notes: tuple[str, ...] = ()
    listings: list[Listing] = field(default_factory=list)
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
        found, contract = _placed(connection, order)
        with session.reading(
            connection, list(contract.tables), order.timeout, contract.schemas
        ) as opened:
            said_ = [found.note, *dsn.notes(order.address, contract.schemas)]
            said_ += session.encoding(connection)
            result.notes = (*filter(None, said_), *opened.notes, *_unasked(contract))
            strange = found.schema if found.schema != order.contract.schemas[0] else ""
            repair = Repair(order.folder, dsn.address(order.address), strange)
            patient = Patient(connection, contract, opened.catalog, repair)
            result.seconds["connect"] = time.perf_counter() - began
            made = _made(order.checks, patient, seen, doing)
            result.verdicts = tuple(one for one, _ in made)
            result.listings = [signs.listing for _, signs in made if signs.listing]
    result.seconds["look"] = time.perf_counter() - began - result.seconds["connect"]
    return result


def _placed(connection: psycopg.Connection, order: Examination) -> tuple[place.Place, Contract]:
    """Where the tables are, and the contract as it speaks of them there."""
    try:
        found = place.find(connection, order.contract, order.schema, order.address.schema)
    except psycopg.Error as error:
        schemas = ", ".join(order.contract.schemas)
        raise NO_CATALOG(schemas=schemas, reason=said(error)) from error
    return found, moved(order.contract, found.schema)


def _made(
    checks: Sequence[DoctorCheck],
    patient: Patient,
    seen: Callable[[Verdict], None],
    doing: Callable[[str], None],
) -> list[tuple[Verdict, Signs]]:
    made: list[tuple[Verdict, Signs]] = []
    lost = ""
    for check in checks:
        doing(check.id)
        began = time.perf_counter()
        signs = _lost(lost) if lost else _asked(check, patient)
        if patient.connection.closed and not lost:
            lost = signs.unasked[0].found
        made.append((verdict(check, signs, time.perf_counter() - began), signs))
        seen(made[-1][0])
    return made


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
