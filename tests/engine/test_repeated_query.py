"""A query that is asked again and again is planned once, whatever is undone in between."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from vrss_contract.database.repeated_query import RepeatedQuery, together
from vrss_contract.database.scratch import Database

pytestmark = pytest.mark.once
_PREPARED = "SELECT count(*) FROM pg_prepared_statements"


@pytest.fixture
def session(database: Database) -> Iterator[psycopg.Connection]:
    with database.connect() as connection:
        yield connection


def prepared(session: psycopg.Connection) -> int:
    (count,) = session.execute(_PREPARED).fetchall()[0]
    return int(count)


def test_what_is_asked_once_is_not_prepared(session: psycopg.Connection) -> None:
    assert RepeatedQuery(session, "SELECT 7").rows() == [(7,)]
    assert prepared(session) == 0


def test_it_stays_prepared_when_a_savepoint_is_undone(session: psycopg.Connection) -> None:
    query = RepeatedQuery(session, "SELECT 7")
    with session.transaction(force_rollback=True):
        for _ in range(10):
            with session.transaction(force_rollback=True):
                assert query.rows() == [(7,)]

    assert prepared(session) == 1


def test_one_that_somebody_ended_can_be_asked_again(session: psycopg.Connection) -> None:
    query = RepeatedQuery(session, "SELECT 7")
    for _ in range(2):
        query.rows()
    session.execute("DEALLOCATE ALL")

    with pytest.raises(psycopg.errors.InvalidSqlStatementName):
        query.rows()

    assert query.rows() == [(7,)]


def test_several_are_asked_in_one_trip_each_with_its_own_rows(session: psycopg.Connection) -> None:
    queries = [RepeatedQuery(session, f"SELECT {n}") for n in (7, 8, 9)]

    for _ in range(3):
        assert together(queries) == [[(7,)], [(8,)], [(9,)]]


def test_after_one_that_fails_the_others_can_be_asked_again(session: psycopg.Connection) -> None:
    fine = [RepeatedQuery(session, f"SELECT {n}") for n in (7, 8)]
    failing = RepeatedQuery(session, "SELECT 1 / (random() * 0)::int")
    fine[0].rows()

    for _ in range(3):
        with pytest.raises(psycopg.errors.DivisionByZero):
            together([fine[0], failing, fine[1]])

        assert together(fine) == [[(7,)], [(8,)]]


def test_a_session_that_has_gone_is_told(session: psycopg.Connection, database: Database) -> None:
    query = RepeatedQuery(session, "SELECT 7")
    with database.administer() as admin:
        admin.execute("SELECT pg_terminate_backend(%s, 5000)", [session.info.backend_pid])

    with pytest.raises(psycopg.OperationalError):
        together([query, query])


def test_the_question_is_no_cursor_that_a_query_could_see(session: psycopg.Connection) -> None:
    query = RepeatedQuery(session, "SELECT count(*) FROM pg_cursors")

    assert [query.rows() for _ in range(3)] == [[(0,)]] * 3
