"""Rows that are kept in temporary tables are put back from there, and only where they changed."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from tests.engine import tiny
from vrss_contract.concurrency.saved_rows import SavedRows
from vrss_contract.database.scratch import Database, Databases
from vrss_contract.database.without_triggers import without_triggers
from vrss_contract.target import sqlfile

pytestmark = pytest.mark.once
_COUNTERS = "INSERT INTO counters (id) VALUES (1), (2)"
_MARKS = "INSERT INTO marks (id, counter_id) VALUES (1, 1)"
_VERSIONS = "SELECT (SELECT xmin FROM counters WHERE id = 2), (SELECT xmin FROM marks)"


@pytest.fixture
def database(databases: Databases) -> Iterator[Database]:
    made = databases.load(sqlfile.parse(tiny.KEEPS, name="tiny.sql"))
    yield made
    databases.drop(made)


@pytest.fixture
def session(database: Database) -> Iterator[psycopg.Connection]:
    with database.connect() as opened:
        yield opened


@pytest.fixture
def saved(database: Database, session: psycopg.Connection) -> Iterator[SavedRows]:
    with without_triggers(database), database.connect() as quiet:
        yield SavedRows(session, quiet, ["public.counters", "public.marks"], ["public"])


def test_a_table_that_had_no_rows_when_others_were_saved_gets_its_rows_back(
    session: psycopg.Connection, saved: SavedRows
) -> None:
    session.execute(_COUNTERS)
    saved.save()
    session.execute(_MARKS)
    saved.save()
    session.execute("DELETE FROM marks")

    saved.restore()

    assert session.execute("SELECT id, counter_id FROM marks").fetchall() == [(1, 1)]


def test_a_table_that_has_no_rows_any_more_is_emptied(
    session: psycopg.Connection, saved: SavedRows
) -> None:
    session.execute(f"{_COUNTERS}; {_MARKS}")
    saved.save()
    session.execute("DELETE FROM marks")
    saved.save()
    session.execute(_MARKS)

    saved.restore()

    assert session.execute("SELECT FROM marks").fetchall() == []


def test_a_table_that_nobody_changed_is_not_written(
    session: psycopg.Connection, saved: SavedRows
) -> None:
    session.execute(f"{_COUNTERS}; {_MARKS}")
    saved.save()
    counters, marks = session.execute(_VERSIONS).fetchone() or ()
    session.execute("UPDATE counters SET n = n WHERE id = 1")

    saved.restore()

    now = session.execute(_VERSIONS).fetchone()
    assert now is not None
    assert (now[0] != counters, now[1] == marks) == (True, True)
