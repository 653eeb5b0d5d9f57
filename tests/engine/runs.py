"""Runs of the command line as a person makes them, and what they may leave: nothing.

Knows how a run is made in this process or in one of its own, and where its leftovers would be; does
not know what a test expects of it.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from tests.engine.owners import PATHS, wait_until, working_in
from vrss_contract.postgres.settings import ADMIN

TIMEOUT = ("--timeout", "0.5")
OURS = "^vrss_contract_[0-9a-f]{8}"
_VARIABLE = {
    r"PostgreSQL \d+\.\d+": "PostgreSQL VERSION",
    r"\b\d{5,} bytes free \(\d+ MiB\)": "N bytes free (N MiB)",
    r'"/[^"]*/share/postgresql/': '"SHARE/',
    r"vrss_contract_[0-9a-f]{8}": "vrss_contract_TOKEN",
    r"vrss-contract-\w{8}": "vrss-contract-RUN",
}


@dataclass(frozen=True)
class Ran:
    """What a run came to."""

    code: int
    out: str
    err: str


def judge_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have commands in this process judge in it, unless they are told how many others shall.

    Beside pytest's threads those could not begin as copies of it, and each would import all that
    it has; and tests already run as many at a time as there are processors.
    """
    monkeypatch.setattr(import_module("vrss_contract.cli.verify"), "processors", lambda: 1)


def tell_each(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have commands in this process tell each clause, unless causes are asked for.

    Most tests are about a clause's own finding, and to look for causes is to judge twice.
    """
    monkeypatch.setattr("vrss_contract.cli.explained.unasked", lambda: False)


@dataclass(frozen=True)
class Outside:
    """A server that somebody else runs, on a socket in a folder."""

    home: Path

    @property
    def _conninfo(self) -> str:
        return make_conninfo(host=str(self.home), user=ADMIN, dbname="postgres")

    def url(self, user: str = ADMIN, database: str = "postgres", password: str = "") -> str:
        secret = f":{password}" if password else ""
        return f"postgresql://{user}{secret}@/{database}?host={self.home}"

    def ask(self, query: str) -> list[str]:
        """The first column of what the administrator is answered."""
        with psycopg.connect(self._conninfo, autocommit=True) as admin:
            return [str(row[0]) for row in admin.execute(query).fetchall()]

    def do(self, statement: str) -> None:
        """A statement of the administrator's."""
        with psycopg.connect(self._conninfo, autocommit=True) as admin:
            admin.execute(statement)

    def left(self) -> list[str]:
        """The databases and roles of runs."""
        return self.ask(
            f"SELECT datname FROM pg_database WHERE datname ~ '{OURS}'"
            f" UNION ALL SELECT rolname FROM pg_roles WHERE rolname ~ '{OURS}'"
        )

    def clear(self) -> None:
        """Drop what runs have left, databases before the roles that own things in them."""
        databases = [name for name in self.left() if re.fullmatch(f"{OURS}_[0-9]+", name)]
        for name in databases:
            self.do(f"DROP DATABASE {name}")
        for name in self.left():
            self.do(f"DROP ROLE {name}")

    def sleeps(self) -> bool:
        """Whether a statement of a run sleeps, be it in a trigger; false until it answers."""
        query = (
            f"SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname ~ '{OURS}'"
        )
        with contextlib.suppress(psycopg.OperationalError):
            return bool(self.ask(query))
        return False


def plain(text: str, folder: Path) -> str:
    """The text without what differs from run to run and from machine to machine."""
    text = text.replace(f"{folder}/", "").replace(str(folder), ".")
    for pattern, word in _VARIABLE.items():
        text = re.sub(pattern, word, text)
    return text


def outcomes(report: str) -> dict[str, str]:
    """Clause to outcome, from a report in JSON."""
    return {verdict["id"]: verdict["outcome"] for verdict in json.loads(report)["verdicts"]}


def found(report: str, id_: str) -> str:
    """What was found of a clause, from a report in JSON."""
    verdicts = {verdict["id"]: verdict for verdict in json.loads(report)["verdicts"]}
    return "\n".join(finding["found"] for finding in verdicts[id_]["findings"])


def started(
    *words: str | Path, env: dict[str, str] | None = None, stdout: int = subprocess.PIPE
) -> subprocess.Popen[str]:
    """The command line in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "vrss_contract", *map(str, words)],
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        cwd="/",
        env=dict(os.environ) | {"PYTHONPATH": os.pathsep.join(PATHS)} | (env or {}),
    )


def ended(process: subprocess.Popen[str]) -> Ran:
    """What the process came to, waited for."""
    with process:
        try:
            out, err = process.communicate(timeout=60)
        finally:
            process.kill()
    return Ran(process.returncode, out or "", err)


def stopped(
    process: subprocess.Popen[str], way: signal.Signals, *, when: Callable[[], object]
) -> Ran:
    """What the process came to when it got the signal once something was so."""
    with process:
        try:
            wait_until(lambda: process.poll() is not None or when())
            process.send_signal(way)
            return ended(process)
        finally:
            process.kill()


def postmasters(room: Path) -> list[int]:
    """The process ids of the servers that run in a place for run folders."""
    found_ = [path.read_text().split("\n", 1)[0] for path in room.glob("*/pg/data/postmaster.pid")]
    return [int(pid) for pid in found_ if pid.isdigit()]


def inside(room: Path) -> list[Outside]:
    """The servers of runs in a place for run folders, as soon as they have a socket."""
    return [Outside(path.parent) for path in room.glob("*/pg/.s.PGSQL.5432")]


def empty(room: Path) -> bool:
    """Whether no run folder and no process of one is left there."""
    return not list(room.iterdir()) and not working_in(room)
