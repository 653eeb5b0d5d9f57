"""A workload, run once on one schema.

Knows how a database is filled and emptied between runs, how psycopg times a statement and how
pgbench is started and read; does not know which workloads and schemas there are.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from benchmarks.writepath_workloads import FRONT, POSTS, Load, Script, Statement, Workload
from vrss_contract.database.scratch import Database
from vrss_contract.postgres.binaries import locate
from vrss_contract.sql.split import statements

_FILL = f"""
CREATE SEQUENCE {FRONT} MINVALUE 0;
INSERT INTO users (username, email, password_hash)
SELECT 'user_' || n, n || '@example.org', 'x' FROM generate_series(1, %s) AS n
"""
# Never vacuumed while empty: the planner then takes them for small, not for empty, and a plan that
# a connection keeps is the one that it wants when there are rows.
_EMPTY = f"""
TRUNCATE posts, post_media, post_interactions, comments, reposts, notifications, user_follows,
friendships, storage_usage RESTART IDENTITY;
INSERT INTO posts (id, user_id, type, content)
SELECT n, n, 'text_short', 'text' FROM generate_series(1, {POSTS}) AS n;
VACUUM ANALYZE posts
"""
_DONE = re.compile(r"number of transactions actually processed: (\d+)")
_RATE = re.compile(r"^tps = ([\d.]+)", re.MULTILINE)
_FAILED = {
    "40P01": re.compile(r"number of deadlock failures: (\d+)"),
    "40001": re.compile(r"number of serialization failures: (\d+)"),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """What one script or statement reached in one run."""

    rate: float
    """A second: what was done, or runs of the statement."""
    done: int
    failed: dict[str, int]
    """Transactions that were not done, by SQLSTATE."""


def fill(database: Database, users: int) -> None:
    """The users, once for all runs."""
    with database.connect() as session:
        for statement in statements(_FILL % users):
            session.execute(statement.text.encode())
    with database.administer() as admin:
        admin.execute("VACUUM ANALYZE users")


def measure(workload: Workload, database: Database) -> tuple[Figure, ...]:
    """A figure for each of the workload's rows.

    Raises:
        RuntimeError: a transaction failed otherwise than it may, or pgbench did; with what it said.
        psycopg.Error: the statement failed.
    """
    _make_ready(workload, database)
    if isinstance(workload, Statement):
        return (_timed(workload, database),)
    reports = _reports(workload, database)
    figures = map(read, reports)
    with database.administer() as admin:
        return tuple(
            _real(figure, script, admin)
            for figure, script in zip(figures, workload.scripts, strict=True)
        )


def _make_ready(workload: Workload, database: Database) -> None:
    with database.administer() as admin:
        admin.execute("SET session_replication_role = replica")  # no triggers, no foreign keys
        for statement in statements(f"{_EMPTY};{workload.given}"):
            admin.execute(statement.text.encode())
        admin.execute("CHECKPOINT")


def _timed(workload: Statement, database: Database) -> Figure:
    with database.connect() as session, session.transaction() as transaction:
        began = time.perf_counter()
        session.execute(workload.sql.encode())
        seconds = time.perf_counter() - began
        raise psycopg.Rollback(transaction)
    return Figure(1 / seconds, 1, {})


def _reports(load: Load, database: Database) -> list[str]:
    """What pgbench says of each script. Whatever happens, none of them runs on."""
    with ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory()))
        started = []
        for number, script in enumerate(load.scripts):
            path = folder / f"{number}.sql"
            path.write_text(script.sql, "utf-8")
            process = running.enter_context(_start(load, script, path, database))
            running.callback(process.kill)
            started.append(process)
        return [_report(process) for process in started]


def _report(process: subprocess.Popen[str]) -> str:
    output, errors = process.communicate()
    if process.returncode != 0:
        raise RuntimeError(f"pgbench ended with {process.returncode}: {errors}")
    return output


def read(report: str) -> Figure:
    """What pgbench's report comes to."""
    rate = _RATE.search(report)
    failed = {state: _number(pattern, report) for state, pattern in _FAILED.items()}
    return Figure(float(rate[1]) if rate else 0.0, _number(_DONE, report), failed)


def _real(figure: Figure, script: Script, admin: psycopg.Connection) -> Figure:
    """The figure, with the transactions that did nothing left out."""
    if not (script.done and figure.done):
        return figure
    (done,) = admin.execute(script.done.encode()).fetchone() or (0,)
    return replace(figure, rate=figure.rate * done / figure.done, done=done)


def _number(pattern: re.Pattern[str], output: str) -> int:
    match = pattern.search(output)
    return int(match[1]) if match else 0


def _start(load: Load, script: Script, path: Path, database: Database) -> subprocess.Popen[str]:
    parts = conninfo_to_dict(database.user)
    password = str(parts.pop("password", ""))
    conninfo = make_conninfo(**{key: str(value) for key, value in parts.items()})
    level = load.isolation.replace(" ", "\\ ")
    environment = {
        **os.environ,
        "PGPASSWORD": password,  # not on a command line, which everybody may read
        "PGOPTIONS": f"-c default_transaction_isolation={level}",
    }
    until = ("-t", load.transactions) if load.transactions else ("-T", load.seconds)
    threads = min(2, script.connections)
    command = [
        *(locate() / "bin" / "pgbench", "--no-vacuum", "--protocol=prepared"),
        *("--failures-detailed", "--max-tries=1", "--define=n=0", f"--file={path}"),
        *("-c", script.connections, "-j", threads, *until, conninfo),
    ]
    return subprocess.Popen(  # noqa: S603 - our own command, no shell
        [str(part) for part in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env=environment,
    )
