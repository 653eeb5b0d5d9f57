"""One connection of a storm.

A transaction is run, retried where the server asks for it, and counted.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

import psycopg
from psycopg.pq import TransactionStatus

from vrss_contract.concurrency.load_test.draw import Keys, level, transactions
from vrss_contract.concurrency.load_test.ledger import entry
from vrss_contract.concurrency.oracle import RETRIED
from vrss_contract.concurrency.workload.call import Call, Operations, statement
from vrss_contract.sql import condition

_TRIES = 1000
"""A transaction that asks for a retry so often never gets through."""
_SPELL = 50
"""Transactions that a connection stays at one isolation level for."""


@dataclass(frozen=True, slots=True)
class StormFault:
    """A transaction that ended in a way that is not allowed."""

    condition: str
    message: str
    sql: str


@dataclass(slots=True)
class Book:
    """What a connection has done."""

    operations: int = 0
    """How many were committed; a number that another thread may read."""
    done: Counter[str] = field(default_factory=Counter)
    """Operations that were committed, by id."""
    refused: Counter[str] = field(default_factory=Counter)
    """Transactions that ended in an allowed refusal, by condition."""
    retried: Counter[str] = field(default_factory=Counter)
    """Attempts that asked for a retry, by condition."""
    changes: Counter[str] = field(default_factory=Counter)
    """What was committed, by account of the ledger."""
    latencies: list[float] = field(default_factory=list)
    """Seconds that each transaction took, its retries included."""
    faults: list[StormFault] = field(default_factory=list)


class Worker:
    """Draws transactions and runs them, one after the other."""

    def __init__(
        self,
        connection: psycopg.Connection,
        operations: Operations,
        keys: Keys,
        random: Random,
    ) -> None:
        # Each text is another: to prepare it would cost more than it saves.
        connection.prepare_threshold = None
        self._connection = connection
        self._operations = operations
        self._keys = keys
        self._entries = {name: entry(op.sql) for name, op in operations.items()}
        self._random = random
        self.book = Book()

    def run(self) -> Iterator[None]:
        """A transaction each time it is asked to go on; ends where the connection is lost."""
        for number, calls in enumerate(transactions(self._operations, self._keys, self._random)):
            if number % _SPELL == 0:
                name = level(self._random).sql
                self._connection.execute(f"SET default_transaction_isolation = '{name}'")
            began = time.perf_counter()
            self._transact(calls)
            self.book.latencies.append(time.perf_counter() - began)
            if self._connection.closed:
                return
            yield

    def _transact(self, calls: tuple[Call, ...]) -> None:
        texts = [statement(call, self._operations) for call in calls]
        for _ in range(_TRIES):
            try:
                rows = self._attempt(texts)
            except psycopg.Error as error:
                if self._over(calls, texts, error):
                    return
            else:
                self._committed(calls, rows)
                return
        message = f"asked for a retry {_TRIES} times"
        self.book.faults.append(StormFault("", message, ";\n".join(texts)))

    def _attempt(self, texts: list[str]) -> list[int]:
        """Run the statements in one transaction; how many rows each touched."""
        execute = self._connection.execute
        if len(texts) == 1:
            return [execute(texts[0]).rowcount]
        execute("BEGIN")
        rows = [execute(text).rowcount for text in texts]
        execute("COMMIT")
        return rows

    def _over(self, calls: tuple[Call, ...], texts: list[str], error: psycopg.Error) -> bool:
        """Whether a failed attempt was the last: it is booked, and undone on the server."""
        connection = self._connection
        if not connection.closed and connection.info.transaction_status != TransactionStatus.IDLE:
            connection.rollback()
        name = condition.name(error.sqlstate) if error.sqlstate else "connection_failure"
        if name in RETRIED:
            self.book.retried[name] += 1
            return False
        if any(name in self._operations[call.operation].may for call in calls):
            self.book.refused[name] += 1
        else:
            self.book.faults.append(StormFault(name, str(error), ";\n".join(texts)))
        return True

    def _committed(self, calls: tuple[Call, ...], rows: list[int]) -> None:
        for call, touched in zip(calls, rows, strict=True):
            self.book.done[call.operation] += 1
            if found := self._entries[call.operation]:
                account, sign = found
                self.book.changes[account] += sign * touched
        self.book.operations += len(calls)
