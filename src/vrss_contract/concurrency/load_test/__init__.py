"""A storm: real connections that race, as no stepping can show.

Connections race on a few rows, and what succeeded is added up in the end. Rule:
docs/ARCHITECTURE.md.
"""

from __future__ import annotations

import contextlib
import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import chain
from random import Random

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from vrss_contract.concurrency.load_test import ledger
from vrss_contract.concurrency.load_test.draw import Keys
from vrss_contract.concurrency.load_test.work import Book, StormFault, Worker
from vrss_contract.concurrency.load_test.world import fill, keys_of
from vrss_contract.concurrency.workload.call import Operations
from vrss_contract.contract.model import Contract
from vrss_contract.database.scratch import Database

CONNECTIONS = 8
OPERATIONS = 20_000
_PATIENCE = "20ms"
"""After this wait the server looks for a deadlock; after a second, its default, few would race."""
_GLANCE = 0.2
"""Seconds between two reports of how far it is."""
_ARMED = """
SELECT DISTINCT tgrelid::regclass FROM pg_trigger
JOIN pg_class ON pg_class.oid = tgrelid
JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE NOT tgisinternal AND nspname = ANY(current_schemas(FALSE))
"""


@dataclass(frozen=True, slots=True)
class LoadTestResult:
    """What a storm did, and whether all of it is there."""

    connections: int
    seconds: float
    """From the first connection's begin to the last one's end."""
    done: Counter[str]
    """Operations that were committed, by id."""
    refused: Counter[str]
    """Transactions that ended in an allowed refusal, by condition."""
    retried: Counter[str]
    """Attempts that asked for a retry, by condition."""
    median: float
    """Milliseconds that a transaction took, its retries included."""
    p95: float
    """As ``median``: of 20 transactions, 19 took no longer."""
    faults: tuple[StormFault, ...]
    """Transactions that ended otherwise."""
    accounts: int
    """How many numbers of rows and sums were compared: none where a delete takes other rows too."""
    lost: tuple[ledger.Lost, ...]
    """Those that are not what the committed operations must have left."""

    @property
    def operations(self) -> int:
        """Operations that were committed."""
        return self.done.total()

    @property
    def per_second(self) -> float:
        """Operations that were committed in a second."""
        return self.operations / self.seconds


def storm(  # noqa: PLR0913 - a storm has these dimensions
    database: Database,
    contract: Contract,
    operations: Operations,
    *,
    connections: int = CONNECTIONS,
    count: int = OPERATIONS,
    seed: int = 0,
    seen: Callable[[int], None] = lambda _: None,
) -> LoadTestResult:
    """Let connections race until ``count`` operations are committed, over rows of its own.

    Args:
        database: a copy of the target, whose rows are replaced.
        contract: names the rows to begin with.
        operations: what is drawn from, all alike often.
        connections: how many work at once.
        count: how many operations are committed; a few more, since all connections end their last.
        seed: what is drawn is the same for a seed; who comes first is not.
        seen: told now and then, in the caller's thread, how many operations are committed.

    Raises:
        TroubleError: the contract names no rows for a load test.
        psycopg.Error: they can't be put in, or there is no connection.
    """
    questions = ledger.accounts(operations)
    _look_for_deadlocks_soon(database)
    with contextlib.ExitStack() as open_:
        first = open_.enter_context(database.connect())
        fill(first, contract)
        before = ledger.balances(first, questions)
        sessions = [open_.enter_context(database.connect()) for _ in range(connections)]
        workers = _workers(sessions, operations, keys_of(first, contract), seed)
        seconds = _race(workers, count, seen)
        after = ledger.balances(first, questions)
    books = [worker.book for worker in workers]
    changes = _sum(book.changes for book in books)
    return _result(books, seconds, len(questions), tuple(ledger.lost(before, changes, after)))


def disarm(database: Database) -> None:
    """Switch the triggers of all tables off, so that a storm shows what they cost."""
    with database.connect() as session:
        for (table,) in session.execute(_ARMED).fetchall():
            session.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")


def _workers(
    sessions: Iterable[psycopg.Connection],
    operations: Operations,
    keys: Keys,
    seed: int,
) -> list[Worker]:
    """A worker for each session, each with draws of its own."""
    return [
        Worker(session, operations, keys, Random(f"{seed} {number}"))  # noqa: S311 - no secret
        for number, session in enumerate(sessions)
    ]


def _race(workers: Sequence[Worker], count: int, seen: Callable[[int], None]) -> float:
    """Let all work until so many operations are committed. Returns the seconds that it took."""
    began = time.perf_counter()
    over = threading.Event()

    def committed() -> int:
        return sum(worker.book.operations for worker in workers)

    def work(worker: Worker) -> None:
        try:
            for _ in worker.run():
                if over.is_set() or committed() >= count:
                    return
        except BaseException:
            over.set()
            raise

    with ThreadPoolExecutor(len(workers)) as pool:
        try:
            futures = [pool.submit(work, worker) for worker in workers]
            _watch(futures, lambda: seen(committed()))
        finally:
            over.set()
    for future in futures:
        future.result()
    return time.perf_counter() - began


def _watch(futures: Sequence[Future[None]], glance: Callable[[], None]) -> None:
    """Wait for all, with a glance now and then."""
    running = set(futures)
    while running:
        _, running = wait(running, _GLANCE)
        glance()


def _result(
    books: Sequence[Book], seconds: float, accounts: int, lost: tuple[ledger.Lost, ...]
) -> LoadTestResult:
    latencies = sorted(chain.from_iterable(book.latencies for book in books))
    return LoadTestResult(
        connections=len(books),
        seconds=seconds,
        done=_sum(book.done for book in books),
        refused=_sum(book.refused for book in books),
        retried=_sum(book.retried for book in books),
        median=statistics.median(latencies) * 1000,
        p95=latencies[len(latencies) * 19 // 20] * 1000,
        faults=tuple(chain.from_iterable(book.faults for book in books)),
        accounts=accounts,
        lost=lost,
    )


def _sum(counters: Iterator[Counter[str]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for counter in counters:
        total.update(counter)
    return total


def _look_for_deadlocks_soon(database: Database) -> None:
    """The setting is the administrator's; without him a deadlock costs a second."""
    role = sql.Identifier(str(conninfo_to_dict(database.user)["user"]))
    statement = sql.SQL("ALTER ROLE {} IN DATABASE {} SET deadlock_timeout = {}")
    with database.administer() as admin, contextlib.suppress(psycopg.errors.InsufficientPrivilege):
        admin.execute(statement.format(role, sql.Identifier(database.name), _PATIENCE))
