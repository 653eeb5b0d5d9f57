"""Runs of the command line for the tests of bad input; each is seen to leave nothing behind."""

from __future__ import annotations

import functools
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tests.engine.runs import TIMEOUT, Outside, Ran, judge_alone, plain, tell_each
from tests.engine.scales import filled
from tests.engine.somebodys_server import served
from tests.golden import Golden
from vrss_contract import cli, paths
from vrss_contract.cli import kept_contract
from vrss_contract.contract.model import Contract
from vrss_contract.contract.read import read_contract
from vrss_contract.database.scratch import Database, Databases
from vrss_contract.target import Target

_RULES = "local all locked scram-sha-256\nlocal all all trust\n"
_ROLES = """
CREATE ROLE creator LOGIN CREATEDB CREATEROLE;
CREATE ROLE maker LOGIN CREATEDB;
CREATE ROLE reader LOGIN;
CREATE ROLE locked LOGIN CREATEDB CREATEROLE PASSWORD 's3cret';
"""
Run = Callable[..., Ran]
_read_once = functools.cache(read_contract)


def pytest_configure() -> None:
    """Hear interrupts, and let children hear them, also in the background of a shell."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def untouched(databases: Databases, target: Target) -> Database:
    """The target, loaded; nobody writes there, so that its sequences stand at their beginning."""
    return databases.load(target)


@pytest.fixture(scope="session")
def tiny(databases: Databases, untouched: Database, contract: Contract) -> Database:
    """The loaded schema with the data at scale in it, at a size that takes a second."""
    return filled(databases, untouched, contract)


@pytest.fixture
def fresh(databases: Databases, untouched: Database) -> Iterator[Database]:
    """The loaded schema, without rows, for one test to commit in."""
    made = databases.create(untouched)
    yield made
    databases.drop(made)


@pytest.fixture
def fresh_session(fresh: Database) -> Iterator[psycopg.Connection]:
    """A session of the owner's in ``fresh``."""
    with fresh.connect() as connection:
        yield connection


@pytest.fixture(scope="session")
def outside() -> Iterator[Outside]:
    """A server that somebody else runs, with a role of each kind on it."""
    with served(_RULES) as home:
        server = Outside(home)
        for statement in _ROLES.strip().splitlines():
            server.do(statement)
        yield server


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, room: Path) -> Run:
    """The command line in this process; no run folder and no process outlives the run."""
    canonical = paths.contracts()

    def read(path: Path) -> Contract:
        return _read_once(path) if path == canonical else read_contract(path)

    judge_alone(monkeypatch)
    tell_each(monkeypatch)
    monkeypatch.setattr(kept_contract, "read", read)

    def call(*words: str | Path) -> Ran:
        capsys.readouterr()
        code = cli._main([str(word) for word in words])
        assert list(room.iterdir()) == []
        return Ran(code, *capsys.readouterr())

    return call


@pytest.fixture
def verify(run: Run, outside: Outside, tmp_path: Path) -> Run:
    """Verify SQL on the server outside; no database and no role outlives the run."""

    def call(sql: str, *words: str | Path, server: str = "") -> Ran:
        target = tmp_path / "target.sql"
        target.write_text(sql, "utf-8")
        ran = run("verify", target, "--server", server or outside.url(), *TIMEOUT, *words)
        assert outside.left() == []
        return ran

    return call


@pytest.fixture
def told(golden: Golden, tmp_path: Path) -> Callable[[str, Ran], None]:
    """The error that a run ends in is, to the word, the one that is kept under this name."""

    def check(name: str, ran: Ran) -> None:
        assert ran.out == ""
        golden(f"errors/{name}.txt", plain(ran.err, tmp_path))

    return check
