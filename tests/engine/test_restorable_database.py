"""Rows that are put back, to the last sequence, and what is seen of those who write in between."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from tests.engine import tiny
from tests.engine.runs import Outside
from vrss_contract.concurrency.restorable import RestorableDatabase
from vrss_contract.contract.model import Contract
from vrss_contract.database.scratch import Database, Databases
from vrss_contract.postgres import Access
from vrss_contract.target import sqlfile

_ROWS = (
    "INSERT INTO counters (id) VALUES (1), (2)",
    "INSERT INTO marks (id, counter_id) VALUES (1, 1)",
)
_GENERATED = tiny.KEEPS.replace(
    "DEFAULT 0);", "DEFAULT 0, twice integer GENERATED ALWAYS AS (2 * n) STORED);"
)
_LOGS = (
    tiny.KEEPS
    + """
CREATE TABLE log (id bigserial PRIMARY KEY, mark bigint);
CREATE FUNCTION log() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO log (mark) VALUES (NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER log AFTER INSERT ON marks FOR EACH ROW EXECUTE FUNCTION log();
"""
)
_ALL = (
    "SELECT (SELECT json_agg(counters ORDER BY id) FROM counters)::text,"
    " (SELECT json_agg(marks ORDER BY id) FROM marks)::text"
)


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Contract:
    return tiny.contract(tmp_path_factory.mktemp("known"))


@contextmanager
def _loaded(databases: Databases, schema: str) -> Iterator[Database]:
    made = databases.load(sqlfile.parse(schema, name="tiny.sql"))
    yield made
    databases.drop(made)


@pytest.fixture(scope="module", params=["replica", "slow"])
def database(request: pytest.FixtureRequest, databases: Databases) -> Iterator[Database]:
    """One whose rows are put back without triggers, and one whose generated column forbids it."""
    schema = tiny.KEEPS if request.param == "replica" else _GENERATED
    with _loaded(databases, schema) as made:
        yield made


@pytest.fixture
def restorable(database: Database, known: Contract) -> Iterator[RestorableDatabase]:
    with RestorableDatabase(database, known) as opened:
        opened.prepare(_ROWS)
        yield opened


@pytest.fixture
def other(database: Database, restorable: RestorableDatabase) -> Iterator[psycopg.Connection]:
    """A session that writes while the stage is prepared."""
    assert restorable
    with database.connect() as session:
        yield session


def test_the_rows_are_there_with_what_triggers_made_of_them(other: psycopg.Connection) -> None:
    assert other.execute("SELECT id, n FROM counters ORDER BY id").fetchall() == [(1, 1), (2, 0)]
    assert other.execute("SELECT id, counter_id FROM marks").fetchall() == [(1, 1)]


@pytest.mark.parametrize(
    "change",
    [
        "INSERT INTO marks (counter_id) VALUES (2), (2)",
        "DELETE FROM counters",
        "UPDATE counters SET n = 5",
        "UPDATE marks SET counter_id = 2",
        "TRUNCATE counters, marks",
    ],
)
def test_rows_are_put_back_as_they_were(
    restorable: RestorableDatabase, other: psycopg.Connection, change: str
) -> None:
    before = other.execute(_ALL).fetchone()
    other.execute(change)

    restorable.reset()

    assert other.execute(_ALL).fetchone() == before


def test_ids_begin_anew_above_those_of_the_rows(
    restorable: RestorableDatabase, other: psycopg.Connection
) -> None:
    drawn: list[int] = []
    insert = "INSERT INTO marks (counter_id) VALUES (1) RETURNING id"
    for _ in range(2):
        drawn += other.execute(insert).fetchone() or ()
        restorable.reset()

    assert drawn == [1001, 1001]


def test_the_rows_of_another_clause_take_the_place_of_these(
    restorable: RestorableDatabase, other: psycopg.Connection
) -> None:
    restorable.prepare(["INSERT INTO counters (id) VALUES (7)"])
    other.execute("DELETE FROM counters")

    restorable.reset()

    assert other.execute("SELECT id FROM counters").fetchall() == [(7,)]
    assert other.execute("SELECT id FROM marks").fetchall() == []


def test_rows_that_are_not_taken_are_told(restorable: RestorableDatabase) -> None:
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        restorable.prepare(["INSERT INTO marks (counter_id) VALUES (9)"])


def test_a_counterexample_is_seen_and_gone_with_the_reset(
    restorable: RestorableDatabase, other: psycopg.Connection
) -> None:
    other.execute("UPDATE counters SET n = 5 WHERE id = 2")
    seen = restorable.broken()
    restorable.reset()

    assert [str(one) for one in seen] == ['invariant.counted: {"id":2,"n":5}']
    assert restorable.broken() == []


def test_what_rose_and_fell_is_seen_only_by_who_looked(
    restorable: RestorableDatabase, other: psycopg.Connection
) -> None:
    other.execute("INSERT INTO marks (counter_id) VALUES (2)")
    restorable.observe()
    other.execute("DELETE FROM marks WHERE counter_id = 2; UPDATE counters SET n = 0 WHERE id = 2")
    restorable.observe()

    assert [str(one) for one in restorable.broken()] == ["invariant.never-less: [2]: 1 became 0"]


@pytest.mark.parametrize("looks", [0, 1])
def test_a_fall_below_the_rows_is_seen_at_the_first_look(
    restorable: RestorableDatabase, other: psycopg.Connection, looks: int
) -> None:
    other.execute("DELETE FROM marks; UPDATE counters SET n = 0")
    for _ in range(looks):
        restorable.observe()

    assert [str(one) for one in restorable.broken()] == ["invariant.never-less: [1]: 1 became 0"]


def test_what_falls_when_rows_are_put_back_is_no_fall(
    restorable: RestorableDatabase, other: psycopg.Connection
) -> None:
    other.execute("INSERT INTO marks (counter_id) VALUES (2)")
    restorable.observe()

    restorable.reset()
    restorable.observe()

    assert restorable.broken() == []


def test_what_is_not_as_it_should_be_is_told(restorable: RestorableDatabase) -> None:
    (one,) = restorable.broken((), {"(SELECT sum(n) FROM counters)": "2"})

    told = "(SELECT sum(n) FROM counters) = 2, found (SELECT sum(n) FROM counters) = 1"
    assert (one.invariant, one.row) == ("then", told)


def test_a_session_beside_the_stage_has_triggers_and_foreign_keys(
    other: psycopg.Connection,
) -> None:
    assert other.execute("SHOW session_replication_role").fetchone() == ("origin",)


def test_no_setting_of_the_role_is_left(restorable: RestorableDatabase, database: Database) -> None:
    assert restorable
    with database.administer() as admin:
        query = (
            "SELECT setconfig FROM pg_db_role_setting"
            " JOIN pg_database ON pg_database.oid = setdatabase WHERE datname = %s"
        )
        assert admin.execute(query, [database.name]).fetchall() == []


def test_counterexamples_of_the_rows_alone_do_not_count(
    databases: Databases, known: Contract
) -> None:
    with (
        _loaded(databases, tiny.FORGETS) as database,
        RestorableDatabase(database, known) as restorable,
    ):
        restorable.prepare(_ROWS)

        assert restorable.broken() == []


def test_beside_those_of_the_rows_alone_another_counts(
    databases: Databases, known: Contract
) -> None:
    with (
        _loaded(databases, tiny.FORGETS) as database,
        RestorableDatabase(database, known) as restorable,
    ):
        restorable.prepare(_ROWS)
        with database.connect() as session:
            session.execute("INSERT INTO marks (counter_id) VALUES (2)")

        assert [str(one) for one in restorable.broken()] == ['invariant.counted: {"id":2,"n":0}']


def test_what_a_trigger_writes_elsewhere_is_put_back_too(
    databases: Databases, known: Contract
) -> None:
    """A table that the contract does not know, and its sequence."""
    with _loaded(databases, _LOGS) as database, RestorableDatabase(database, known) as restorable:
        restorable.prepare(_ROWS)
        with database.connect() as session:
            before = session.execute("SELECT * FROM log").fetchall()
            session.execute("INSERT INTO marks (counter_id) VALUES (1)")
            restorable.reset()

            assert session.execute("SELECT * FROM log").fetchall() == before


def test_a_sequence_that_nobody_had_called_is_put_back(
    databases: Databases, known: Contract
) -> None:
    with (
        _loaded(databases, tiny.KEEPS + "CREATE SEQUENCE free;") as database,
        RestorableDatabase(database, known) as restorable,
        database.connect() as session,
    ):
        restorable.prepare(_ROWS)
        drawn: list[int] = []
        for _ in range(2):
            drawn += session.execute("SELECT nextval('free')").fetchone() or ()
            restorable.reset()

    assert drawn == [1, 1]


@pytest.fixture
def modest(outside: Outside) -> Iterator[Databases]:
    """Databases of an administrator who is no superuser."""
    with Databases(Access(outside.url("creator"), "outside", 160011, throwaway=False)) as made:
        yield made


def test_without_a_superuser_rows_are_put_back_the_slow_way(
    modest: Databases, known: Contract
) -> None:
    with _loaded(modest, tiny.KEEPS) as database, RestorableDatabase(database, known) as restorable:
        restorable.prepare(_ROWS)
        with database.connect() as session:
            before = session.execute(_ALL).fetchone()
            session.execute("DELETE FROM counters")
            restorable.reset()

            assert session.execute(_ALL).fetchone() == before
