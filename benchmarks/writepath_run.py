"""A workload, run once in one database.

Knows how psycopg times a statement, how a transaction is left open, and how pgbench is started and
read; does not know which workloads and schemas there are.
"""

from __future__ import annotations

import math
import os
import re
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from benchmarks.writepath_workloads import (
    CONNECTIONS,
    Bulk,
    Load,
    Workload,
    daily,
    script,
    unlikes_left_open,
    variables,
)
from vrss_contract.database.scratch import Database
from vrss_contract.postgres.binaries import locate

_TRIES = 100
"""How often pgbench tries a transaction that fails with 40P01 or 40001."""
_OPEN = _BETWEEN = 0.5
"""Seconds that a transaction is left open, and until the next one."""
_WARM = 0.1
"""The part of a connection's transactions that comes first: they also make plans."""
_LINE = re.compile(r"(\d+) \d+ (\d+) (\d+) (\d+) (\d+)(?: \d+)?")
_NUMBERS = {
    "done": re.compile(r"number of transactions actually processed: (\d+)"),
    "retries": re.compile(r"total number of retries: (\d+)"),
    "failed": re.compile(r"number of failed transactions: (\d+)"),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """What one workload reached in one run."""

    rate: float
    """A second: transactions, each connection's first ones left out, or runs of the statement."""
    done: int = 1
    retries: int = 0
    """How often a transaction was begun anew after 40P01 or 40001."""
    failed: int = 0
    """Transactions that were not done although tried often enough."""
    milliseconds: Sequence[float] = field(default=(), repr=False)
    """What each transaction took that deletes nothing for good, its retries included, ascending."""

    def percentile(self, percent: int) -> float:
        """The latency that so many in a hundred transactions kept; 0 without any."""
        rank = math.ceil(len(self.milliseconds) * percent / 100)
        return self.milliseconds[rank - 1] if rank else 0.0


def measure(workload: Workload, database: Database, kept: int) -> Figure:
    """Run the workload in a database with so many keys.

    Raises:
        RuntimeError: a transaction failed otherwise than it may, or pgbench did; with what it said.
        psycopg.Error: the statement failed.
    """
    if isinstance(workload, Bulk):
        return _timed(workload.sql.format(kept=kept), database)
    if not workload.unlike_left_open:
        return _loaded(workload, database, kept)
    with _left_open(unlikes_left_open(workload), database):
        return _loaded(workload, database, kept)


def read(report: str, log: Iterable[str], counted: Sequence[bool]) -> Figure:
    """What pgbench's report and its log of transactions come to.

    Args:
        report: what pgbench prints.
        log: the lines of its log, those of a connection in their order.
        counted: for each script, whether its latency counts.
    """
    ends: dict[int, list[float]] = {}
    took = []
    for line in filter(None, map(_LINE.fullmatch, map(str.strip, log))):
        client, microseconds, number, seconds, fraction = map(int, line.groups())
        ends.setdefault(client, []).append(seconds + fraction / 1_000_000)
        if counted[number]:
            took.append(microseconds / 1000)
    numbers = {name: _number(pattern, report) for name, pattern in _NUMBERS.items()}
    return Figure(sum(map(_rate, ends.values())), milliseconds=sorted(took), **numbers)


def _rate(ends: Sequence[float]) -> float:
    """What a connection does a second, by the times at which its transactions ended."""
    warm = ends[int(len(ends) * _WARM) :]
    seconds = warm[-1] - warm[0]
    return (len(warm) - 1) / seconds if seconds else 0.0


def _timed(sql: str, database: Database) -> Figure:
    with database.connect() as session, session.transaction() as transaction:
        began = time.perf_counter()
        session.execute(sql.encode())
        seconds = time.perf_counter() - began
        raise psycopg.Rollback(transaction)
    return Figure(1 / seconds)


@contextmanager
def _left_open(unlikes: Iterator[str], database: Database) -> Iterator[None]:
    """Meanwhile one connection leaves a transaction open, again and again."""
    over = threading.Event()

    def repeat(session: psycopg.Connection) -> None:
        while not over.is_set():
            with session.transaction():
                session.execute(next(unlikes).encode())
                over.wait(_OPEN)
            over.wait(_BETWEEN)

    with database.connect() as session:
        thread = threading.Thread(target=repeat, args=(session,))
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


def _loaded(load: Load, database: Database, kept: int) -> Figure:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        done = subprocess.run(  # noqa: S603 - our own command, no shell
            list(_command(load, database, kept, folder)),
            capture_output=True,
            check=False,
            encoding="utf-8",
            env=_environment(load, database),
        )
        if done.returncode != 0:
            raise RuntimeError(f"{load.row}: pgbench ended with {done.returncode}: {done.stderr}")
        logs = [path.read_text("utf-8") for path in folder.glob("log.*")]
    lines = (line for log in logs for line in log.splitlines())
    return read(done.stdout, lines, [not load.mixed or daily(name) for name in load.weights])


def _command(load: Load, database: Database, kept: int, folder: Path) -> Iterator[str]:
    yield str(locate() / "bin" / "pgbench")
    yield from ("--no-vacuum", "--protocol=prepared", "--random-seed=1", f"--max-tries={_TRIES}")
    yield from ("--log", f"--log-prefix={folder / 'log'}")
    yield from (f"--client={CONNECTIONS}", "--jobs=2")
    yield f"--time={load.seconds}" if load.seconds else f"--transactions={load.transactions}"
    yield from (f"--define={name}={value}" for name, value in variables(load, kept).items())
    for number, (operation, weight) in enumerate(load.weights.items()):
        path = folder / f"{number}.sql"
        path.write_text(script(operation), "utf-8")
        yield f"--file={path}@{weight}"
    parts = conninfo_to_dict(database.user)
    yield make_conninfo(**{key: str(parts[key]) for key in parts if key != "password"})


def _environment(load: Load, database: Database) -> dict[str, str]:
    level = load.isolation.replace(" ", "\\ ")
    return {
        **os.environ,
        # not on a command line, which everybody may read
        "PGPASSWORD": str(conninfo_to_dict(database.user).get("password", "")),
        "PGOPTIONS": f"-c default_transaction_isolation={level}",
    }


def _number(pattern: re.Pattern[str], report: str) -> int:
    match = pattern.search(report)
    return int(match[1]) if match else 0
