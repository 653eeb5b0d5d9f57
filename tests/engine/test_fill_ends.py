"""Fills that end midway, each for real: the database is then as it was, to the byte."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Self, cast

import psycopg
import pytest

from tests import paths
from tests.engine.fills import BIG, PEOPLE, TABLES, Few, dump, sizes
from tests.engine.owners import PATHS, wait_until
from tests.engine.runs import Outside, ended
from tests.golden import Golden
from vrss_contract.data.dataset import Prepared, transaction
from vrss_contract.data.dataset.fill import fill
from vrss_contract.data.dataset.progress import FillProgress
from vrss_contract.database.scratch import Database
from vrss_contract.errors import TroubleError
from vrss_contract.postgres.account import Account

pytestmark = pytest.mark.once
ROOT = Path(__file__).parents[2]
SEED = """
import sys
from tests.engine.fills import BIG, PEOPLE, SLEEP, Few
from vrss_contract import cli
from vrss_contract.data import seeding
seeding.profile = lambda *_: Few((PEOPLE, BIG, SLEEP), bulk=True)
cli.main(["seed", sys.argv[1]])
"""
SLEEPERS = """
SELECT pid FROM pg_stat_activity
WHERE wait_event = 'PgSleep' AND datname = current_database() AND pid <> pg_backend_pid()
"""
SAID = "interrupted; nothing was left behind\n"


@pytest.fixture
def sleeping(fresh: Database) -> Iterator[subprocess.Popen[str]]:
    """The command in a process of its own, when it has written rows and sleeps before the rest."""
    paths = os.pathsep.join([*PATHS, str(ROOT)])
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", SEED, fresh.user],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        cwd="/",
        env=dict(os.environ) | {"PYTHONPATH": paths},
    )
    with process, fresh.administer() as admin:
        try:
            wait_until(lambda: process.poll() is not None or admin.execute(SLEEPERS).fetchall())
            yield process
        finally:
            process.kill()


@pytest.fixture
def before(fresh: Database) -> tuple[str, list[tuple[str, int]]]:
    return look(fresh)


def look(database: Database) -> tuple[str, list[tuple[str, int]]]:
    with database.administer() as admin:
        return dump(database.admin), sizes(admin)


def gone(database: Database) -> bool:
    """Whether no session sleeps any more."""
    with database.administer() as admin:
        return not admin.execute(SLEEPERS).fetchall()


def test_a_killed_client_leaves_no_byte(
    before: object, sleeping: subprocess.Popen[str], fresh: Database
) -> None:
    sleeping.kill()

    assert ended(sleeping).code == -signal.SIGKILL
    wait_until(lambda: gone(fresh))  # the server looks for its client each second
    assert look(fresh) == before


@pytest.mark.parametrize("way", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_client_ends_its_statement_and_leaves_no_byte(
    before: object, sleeping: subprocess.Popen[str], fresh: Database, way: signal.Signals
) -> None:
    sleeping.send_signal(way)

    ran = ended(sleeping)

    assert (ran.code, ran.out, ran.err.lstrip()) == (130, "", SAID)
    assert gone(fresh)
    assert look(fresh) == before


def test_a_cut_connection_is_told_and_leaves_no_byte(
    before: object, sleeping: subprocess.Popen[str], fresh: Database, golden: Golden
) -> None:
    with fresh.administer() as admin:
        admin.execute(SLEEPERS.replace("SELECT pid", "SELECT pg_terminate_backend(pid, 5000)"))

    ran = ended(sleeping)

    assert (ran.code, ran.out) == (2, "")
    golden("errors/seed-cut.txt", ran.err)
    assert look(fresh) == before


class Commitless:
    """A connection on which COMMIT ends with an error; that it is closed is part of it."""

    rowcount = 0
    closed = False
    info = SimpleNamespace(server_version=160011)

    def __init__(self, error: BaseException) -> None:
        self._error = error

    def execute(self, query: object, **_: object) -> Self:
        if query == "COMMIT":
            self.closed = True
            raise self._error
        return self

    def fetchone(self) -> tuple[str]:
        return ("origin",)


@pytest.mark.parametrize(
    "error", [psycopg.OperationalError("server closed the connection"), KeyboardInterrupt()]
)
def test_a_commit_without_an_answer_is_in_doubt(error: BaseException, golden: Golden) -> None:
    session = cast("psycopg.Connection", Commitless(error))

    with pytest.raises(TroubleError, match="in-doubt") as caught, transaction.whole(session):
        pass

    golden(f"errors/fill-in-doubt-{type(error).__name__}.txt", f"{caught.value}\n")


def test_an_interrupt_after_the_commit_says_that_the_rows_are_there(
    fresh_session: psycopg.Connection, golden: Golden
) -> None:
    def stop(progress: FillProgress) -> None:
        if progress.phase == "vacuum":
            raise KeyboardInterrupt

    with pytest.raises(TroubleError, match="not-vacuumed") as caught:
        fill(fresh_session, Few(), TABLES, seen=stop)

    assert fresh_session.execute("SELECT count(*) FROM users").fetchone() == (2,)
    golden("errors/fill-not-vacuumed.txt", f"{caught.value}\n")


def test_a_session_that_is_lost_before_the_commit_is_told(
    fresh_session: psycopg.Connection,
) -> None:
    end = Prepared("SELECT pg_terminate_backend(pg_backend_pid())")

    with pytest.raises(TroubleError, match="connection-lost"):
        fill(fresh_session, Few((PEOPLE, end)), TABLES)


@pytest.fixture
def small_disk(outside: Outside) -> Iterator[str]:
    """A database with the canonical schema, as a URL, on a disk of 48 MB of its own."""
    folder = outside.home / "small"
    folder.mkdir()
    account = Account.for_postgres()
    owner = f"uid={account.uid or os.getuid()},gid={account.gid or os.getgid()}"
    mount = shutil.which("mount") or "mount"
    made = subprocess.run(
        [mount, "-t", "tmpfs", "-o", f"size=48m,mode=700,{owner}", "tmpfs", folder], check=False
    )
    if made.returncode:
        folder.rmdir()
        pytest.skip("no right to mount a small disk")
    try:
        outside.do(f"CREATE TABLESPACE small LOCATION '{folder}'")
        outside.do("CREATE DATABASE small TABLESPACE small")
        url = outside.url(database="small")
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(paths.schema().read_bytes())
        yield url
    finally:
        outside.do("DROP DATABASE IF EXISTS small WITH (FORCE)")
        outside.do("DROP TABLESPACE IF EXISTS small")
        subprocess.run(["umount", folder], check=True)
        folder.rmdir()


def test_a_full_disk_is_told_and_leaves_no_byte(small_disk: str) -> None:
    with psycopg.connect(small_disk, autocommit=True) as session:
        before = dump(small_disk), sizes(session)

        with pytest.raises(TroubleError, match="disk-full") as caught:
            fill(session, Few((PEOPLE, BIG), bulk=True), TABLES)

        assert (dump(small_disk), sizes(session)) == before
        assert caught.value.found.startswith("53100 could not extend file")
        assert fill(session, Few(), TABLES) == 53
