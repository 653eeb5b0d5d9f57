"""Tables that are in another schema than the contract's."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.library.conftest import SCHEMA, Run
from vrss_contract.database.scratch import Database, Databases
from vrss_contract.target import sqlfile

pytestmark = pytest.mark.once

QUICK = ("--kind", "table", "--kind", "rows", "--kind", "cascade", "--kind", "trigger")


def _moved(source: Path, goal: Path) -> Path:
    """The SQL with the contract's schema by another name."""
    names = re.compile(r"(?<=SCHEMA )library\b|\blibrary(?=\.)|(?<=pg_catalog, )library\b")
    goal.write_text(names.sub('"My App"', source.read_text("utf-8")), "utf-8")
    return goal


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """The library's schema, whose tables are all in the schema ``My App``."""
    return _moved(SCHEMA, tmp_path / "app.sql")


@pytest.fixture
def live(databases: Databases, elsewhere: Path) -> Database:
    """A database with that schema in it."""
    return databases.load(sqlfile.read(elsewhere))


def test_a_file_is_judged_in_the_schema_that_a_person_names(judged: Run, elsewhere: Path) -> None:
    ran = judged("verify", elsewhere, "--schema", "My App", *QUICK)

    assert (ran.code, ran.err) == (0, ""), ran.out


def test_a_live_database_is_judged_in_that_schema(judged: Run, live: Database) -> None:
    ran = judged("verify", live.admin, "--schema", "My App", "--kind", "table", "--kind", "cascade")

    assert (ran.code, ran.err) == (0, ""), ran.out


def test_whoever_names_no_schema_is_told_which(judged: Run, elsewhere: Path) -> None:
    ran = judged("verify", elsewhere, *QUICK)

    assert ran.code == 3
    assert "--schema 'My App'" in ran.err


def test_what_plays_an_interleaving_again_names_the_schema(
    judged: Run, wrong: Callable[[str], Path], tmp_path: Path
) -> None:
    racy = _moved(wrong("racy_counter"), tmp_path / "app.sql")
    words = ("--schema", "My App", "--only", "schedule.borrow.two-copies")

    ran = judged("verify", racy, *words)

    assert re.search(r"vrss-contract replay .* --schema 'My App'", ran.out)
