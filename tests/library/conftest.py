"""The command line on the contract of the library, each run in a place of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.engine.runs import Ran, judge_alone, tell_each
from vrss_contract import cli
from vrss_contract.database.scratch import Database, Databases
from vrss_contract.target import sqlfile

FOLDER = Path(__file__).parents[2] / "fixtures" / "contracts" / "library"
SCHEMA = FOLDER / "schema.sql"
Run = Callable[..., Ran]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, room: Path) -> Run:
    """The command line in this process; no run folder outlives the run."""
    judge_alone(monkeypatch)
    tell_each(monkeypatch)

    def call(*words: str | Path) -> Ran:
        capsys.readouterr()
        code = cli._main([str(word) for word in words])
        assert list(room.iterdir()) == []
        return Ran(code, *capsys.readouterr())

    return call


@pytest.fixture
def judged(run: Run) -> Run:
    """A command with the contract of the library."""
    return lambda command, *words: run(command, *words, "--contract", FOLDER)


@pytest.fixture
def wrong(tmp_path: Path) -> Callable[[str], Path]:
    """The library's schema, made wrong in a known way."""

    def written(name: str) -> Path:
        change = FOLDER / "wrong" / f"{name}.sql"
        path = tmp_path / f"{name}.sql"
        path.write_text(SCHEMA.read_text("utf-8") + change.read_text("utf-8"), "utf-8")
        return path

    return written


@pytest.fixture(scope="session")
def empty_library(databases: Databases) -> Database:
    """The library's schema, loaded, with no row."""
    return databases.load(sqlfile.read(SCHEMA))


@pytest.fixture
def library(databases: Databases, empty_library: Database) -> Iterator[Database]:
    """The same, for one test to commit in."""
    made = databases.create(empty_library)
    yield made
    databases.drop(made)
