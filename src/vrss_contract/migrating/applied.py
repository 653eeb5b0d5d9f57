"""Running one migration as its tool would, while others look on and write."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus

from vrss_contract.database.loader import run
from vrss_contract.database.passed_over import PassedOver
from vrss_contract.database.session import server_pid
from vrss_contract.migrating import bystander
from vrss_contract.migrating.alone import RunAlone
from vrss_contract.migrating.bystander import Bystander, Bystanders
from vrss_contract.migrating.sight import (
    STOPS_READERS,
    STOPS_WRITERS,
    Sight,
    TableFacts,
    WatchedTable,
    facts,
    locks,
)
from vrss_contract.migrating.work import updated_whole
from vrss_contract.target import Statement
from vrss_contract.target.migrations import Migration

UNTOLD = "86399s"
"""The lock_timeout that nobody sets: another one that is read back is the migration's own."""
_BEGINS = re.compile(r"(begin|start\s+transaction)\b", re.IGNORECASE)
_ENDS = re.compile(r"(commit|end|rollback|abort)\b(?!\s+(to|prepared))", re.IGNORECASE)
ON_ROWS = ("22", "23")
"""Conditions that rows bring about: data exceptions and violated constraints."""
_LOCKS = re.compile(r"lock\b", re.IGNORECASE)
_WITNESSES = 3
"""Tables of one transaction that somebody tries to write to."""
_NOT_IN_A_TRANSACTION = (
    psycopg.errors.ActiveSqlTransaction,
    psycopg.errors.InvalidTransactionTermination,
)


@dataclass(slots=True)
class Transaction:
    """Statements that were committed together."""

    sights: list[Sight] = field(default_factory=list)
    ending: float = 0.0
    """Seconds of the commit."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A statement that failed."""

    step: Statement
    error: psycopg.Error
    transaction: Transaction | None = None
    """What it held until it failed, where that could be seen."""


@dataclass(slots=True)
class Applied:
    """What a migration did."""

    transactions: list[Transaction] = field(default_factory=list)
    refused: Refused | None = None

    @property
    def seconds(self) -> float:
        """Time of its statements and commits, without our looks."""
        each = self.transactions
        return sum(t.ending + sum(sight.seconds for sight in t.sights) for t in each)


class Application:
    """Runs one migration in one session.

    Args:
        session: the migrating one, autocommit.
        admin: one that looks at locks.
        others: who writes and reads meanwhile.
        tables: those that were there before, by OID.
    """

    def __init__(
        self,
        session: psycopg.Connection[Any],
        admin: psycopg.Connection[Any],
        others: Bystanders,
        tables: Mapping[int, WatchedTable],
    ) -> None:
        self._session, self._admin, self._others, self._tables = session, admin, others, tables
        self._pid = server_pid(session)
        self._passed_over = PassedOver()
        self._witnesses = contextlib.ExitStack()
        self._waiting: dict[tuple[int, str], Bystander] = {}
        self._last: TableFacts | None = None
        self.applied = Applied()

    def run(self, migration: Migration) -> Applied:
        """Run it up to the first statement that fails."""
        self._session.execute(f"SET lock_timeout = '{UNTOLD}'".encode())
        try:
            if migration.together:
                self._begin()
            for step in migration.steps:
                self._step(step, together=migration.together)
            if self._open:
                self._commit("COMMIT")
        except _StoppedError as stopped:
            if self._open and not self._session.closed:
                self._session.execute("ROLLBACK")
            self.applied.refused = self._refused(stopped.step, stopped.error)
        finally:
            self._witnesses.close()
        return self.applied

    def _refused(self, step: Statement, error: psycopg.Error) -> Refused:
        """What failed, with the lock that it asked for: it is tried again, to be looked at."""
        self._witnesses.close()
        if self._session.closed or not (error.sqlstate or "").startswith(ON_ROWS):
            return Refused(step, error)
        sight, again = self._alone(step)
        same = again is not None and again.sqlstate == error.sqlstate
        return Refused(step, error, Transaction([sight]) if same else None)

    @property
    def _open(self) -> bool:
        return self._session.info.transaction_status is not TransactionStatus.IDLE

    def _begin(self) -> None:
        self._session.execute("BEGIN")
        self.applied.transactions.append(Transaction())
        self._last = self._look()

    def _look(self) -> TableFacts:
        return facts(self._session, [*self._tables])

    def _step(self, step: Statement, *, together: bool) -> None:
        with _stopping(step):
            if _ENDS.match(step.sql) and self._open:
                self._commit(step.sql)
            elif _BEGINS.match(step.sql) and not self._open:
                self._begin()
            elif self._open:
                self._seen(step)
            elif not together:
                self._own(step)

    def _own(self, step: Statement) -> None:
        """A transaction of one statement; one that can't be in any is run as it is."""
        self._begin()
        try:
            self._seen(step)
        except _NOT_IN_A_TRANSACTION:
            self._session.execute("ROLLBACK")
            self.applied.transactions.pop()
            sight, error = self._alone(step)
            self._witnesses.close()
            if error:
                raise error from None
            self.applied.transactions.append(Transaction([sight]))
            return
        self._commit("COMMIT")

    def _alone(self, step: Statement) -> tuple[Sight, psycopg.Error | None]:
        """Run it with a writer in its way; returns what was seen, and why it failed if it did."""
        before = self._look()
        # Who comes later may have to wait until the transaction ends.
        second = self._witnesses.enter_context(self._others.one())
        with self._others.one() as front:
            alone = RunAlone(self._session, self._admin, self._tables)
            found = alone.run(step, before, (front, second))
        if not found[1]:
            found[0].after = self._look()
        return found

    def _seen(self, step: Statement) -> None:
        """Run it, look at what it did and holds, and have others try the tables that it holds."""
        sight = self._queued(step) if _LOCKS.match(step.sql) else self._run(step)
        self._last = sight.after
        sight.locks = locks(self._admin, self._pid, [*self._tables])
        self.applied.transactions[-1].sights.append(sight)
        self._witness(sight)

    def _run(self, step: Statement) -> Sight:
        before = self._last or self._look()
        began = time.perf_counter()
        with self._passed_over.try_(self._session, step):
            run(self._session, step)
        seconds = time.perf_counter() - began
        return Sight(step.sql, step.file, step.line, seconds, before, self._look())

    def _queued(self, step: Statement) -> Sight:
        """LOCK TABLE does nothing but wait, so that is what it is seen at."""
        sight, error = self._alone(step)
        if error:
            raise error from None
        return sight

    def _witness(self, sight: Sight) -> None:
        for oid, mode in sight.locks.items():
            table = self._tables[oid]
            if not table.rows or (mode < STOPS_WRITERS and not updated_whole(sight, table)):
                continue
            if len({waiting for waiting, _ in self._waiting} | {oid}) > _WITNESSES:
                return
            self._try(sight, table, "writer", bystander.touch(table))
            if mode >= STOPS_READERS:
                self._try(sight, table, "reader", bystander.read(table))

    def _try(self, sight: Sight, table: WatchedTable, who: str, sql: str) -> None:
        """Somebody comes while the lock is held, and stays waiting until it is let go."""
        if (table.oid, who) in self._waiting:
            return
        other = self._witnesses.enter_context(self._others.one())
        other.send(f"BEGIN; {sql}; ROLLBACK")
        waits = other.waits_for([self._pid])
        self._waiting[table.oid, who] = other
        (sight.blocked if waits else sight.passed).setdefault(table.oid, set()).add(who)

    def _commit(self, sql: str) -> None:
        began = time.perf_counter()
        try:
            self._session.execute(sql.encode())
        finally:
            self.applied.transactions[-1].ending = time.perf_counter() - began
            self._witnesses.close()  # whoever waited goes on now
            self._waiting.clear()


class _StoppedError(Exception):
    """A statement failed."""

    def __init__(self, step: Statement, error: psycopg.Error) -> None:
        self.step, self.error = step, error
        super().__init__(str(error))


@contextlib.contextmanager
def _stopping(step: Statement) -> Iterator[None]:
    try:
        yield
    except psycopg.Error as error:
        raise _StoppedError(step, error) from error
