"""The repairs, run one after the other on a database of somebody's own.

Its invariants are asked before and after, so that what has nothing to repair is not run, and what
is left is told.
"""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import psycopg
from psycopg.errors import Diagnostic

from vrss_contract.contract.model import Contract
from vrss_contract.database import place
from vrss_contract.database.admission import require_own
from vrss_contract.database.loader import said
from vrss_contract.doctor.check import counted
from vrss_contract.errors import TroubleError
from vrss_contract.postgres import dsn
from vrss_contract.postgres.readiness import ServerAddress
from vrss_contract.reconcile.errors import REPAIR_FAILED, REPAIR_LACKS
from vrss_contract.reconcile.script import RepairFile, repairs, settings

_ABANDON = "SET client_connection_check_interval = '10s'"
"""The server gives up soon after we are gone, where it knows how."""
_LACKING = (
    psycopg.errors.UndefinedTable,
    psycopg.errors.UndefinedColumn,
    psycopg.errors.UndefinedFunction,
    psycopg.errors.UndefinedObject,
    psycopg.errors.InvalidSchemaName,
)


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What is to be repaired, and where."""

    contract: Contract
    address: ServerAddress
    schema: str = ""
    """Where tables whose name says no schema are; without it, where they are found."""


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What became of one repair."""

    file: str
    found: int
    """The counter-examples that there were, of all invariants that it repairs."""
    left: Mapping[str, int]
    """Those that are left, by invariant."""
    rows: Mapping[str, int]
    """Rows that it said it wrote, by table."""


@dataclass(slots=True)
class RepairLog:
    """What repairs tell as they go: a notice after each batch that wrote rows."""

    doing: Callable[[str], None] = lambda _: None
    """Told of each in turn."""
    rows: Counter[str] = field(default_factory=Counter)
    """Rows that were written and committed, by table."""
    notes: list[str] = field(default_factory=list)
    """What a reader has to know of the database and its DSN."""

    def heard(self, notice: Diagnostic) -> None:
        """A notice of the server's; one that names a table begins with a number of its rows."""
        words = notice.message_primary or ""
        self.doing(words)
        if notice.table_name and (number := re.match(r"\d+", words)):
            self.rows[notice.table_name] += int(number[0])

    def __str__(self) -> str:
        told = [f"{counted(count, 'row')} of {table}" for table, count in self.rows.items()]
        return f"{' and '.join(told) or 'nothing'} repaired"


def reconciled(order: Reconciliation, log: RepairLog) -> Iterator[Reconciled]:
    """Run each repair that has something to repair; what it wrote stays, whatever comes after.

    Raises:
        TroubleError: the database can't be reached, lacks what a repair needs, or refuses it.
    """
    files = repairs(order.contract)
    with dsn.connect(order.address) as session:
        require_own(session, lambda: dsn.connect(order.address))
        try:
            schema = _prepare(session, order, log)
        except psycopg.Error as error:
            what = "find the tables and set the session"
            raise _failed(files[0], what, error, log) from error
        session.add_notice_handler(log.heard)
        found = {one.name: _counted(session, one, schema, log) for one in files}
        for one in files:
            log.doing(one.name)
            before = Counter(log.rows)
            left = _repaired(session, one, found[one.name], schema, log)
            rows = log.rows - before
            yield Reconciled(one.name, sum(found[one.name].values()), left, rows)


def _prepare(session: psycopg.Connection, order: Reconciliation, log: RepairLog) -> str:
    """Find the tables and set the session; returns the schema that they are in."""
    where = place.find(session, order.contract, order.schema, order.address.schema)
    schemas = (where.schema, *order.contract.schemas[1:])
    log.notes += filter(None, [where.note, *dsn.notes(order.address, schemas)])
    for statement in settings(schemas):
        session.execute(statement.encode())
    with contextlib.suppress(psycopg.DatabaseError):
        session.execute(_ABANDON)
    return where.schema


def _repaired(
    session: psycopg.Connection,
    file: RepairFile,
    found: Mapping[str, int],
    schema: str,
    log: RepairLog,
) -> Mapping[str, int]:
    """Run it while that leaves less; returns what is left of each invariant."""
    left = found
    while sum(left.values()):
        try:
            session.execute(file.sql.encode())
        except psycopg.Error as error:
            what = "run it, each batch in a transaction of its own"
            raise REPAIR_FAILED(
                file=file.name, what=what, reason=said(error), written=log
            ) from error
        before, left = left, _counted(session, file, schema, log)
        if sum(left.values()) >= sum(before.values()):
            break
    return left


def _counted(
    session: psycopg.Connection, file: RepairFile, schema: str, log: RepairLog
) -> Mapping[str, int]:
    """How many counter-examples there are of each invariant."""
    counts = {}
    for id_, promise in file.invariants.items():
        log.doing(id_)
        query = f"SELECT count(*) FROM (\n{promise.query}\n) AS found"
        try:
            (counts[id_],) = session.execute(query.encode()).fetchone() or (0,)
        except _LACKING as error:
            raise REPAIR_LACKS(
                file=file.name, invariant=id_, schema=schema, reason=said(error)
            ) from error
        except psycopg.Error as error:
            raise _failed(file, f"ask {id_}", error, log) from error
    return counts


def _failed(file: RepairFile, what: str, error: psycopg.Error, log: RepairLog) -> TroubleError:
    return REPAIR_FAILED(file=file.name, what=what, reason=said(error), written=log)
