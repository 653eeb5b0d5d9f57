"""A query that is asked again and again is planned once, whatever is undone in between."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from vrss_contract.database.repeated_query import RepeatedQuery
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
