"""Queries with parameters, prepared."""

from collections.abc import Iterator

import psycopg
import pytest

from vrss_contract.database.scratch import Database
from vrss_contract.performance.query.statement import (
    MODES,
    PreparedStatement,
    draws,
    numbered,
    parameters,
)


@pytest.fixture
def session(database: Database) -> Iterator[psycopg.Connection]:
    with database.connect() as connection:
        yield connection


def test_parameters_stand_in_the_order_of_their_first_place() -> None:
    assert parameters("SELECT :b, :a, :b") == ("b", "a")


def test_a_cast_is_no_parameter() -> None:
    assert parameters("SELECT 1::bigint") == ()


@pytest.mark.parametrize("sql", ["SELECT ':a'", "SELECT 1 -- it's :a", "SELECT /* ':a */ 1"])
def test_constants_and_comments_hold_no_parameter(sql: str) -> None:
    assert numbered(sql) == sql


def test_a_parameter_keeps_its_number() -> None:
    assert numbered("SELECT :b, :a, :b") == "SELECT $1, $2, $1"


def test_draws_give_every_value_as_text(session: psycopg.Connection) -> None:
    found = draws(session, "SELECT n AS one, ARRAY[n, 2] AS two FROM generate_series(1, 2) AS n;")
    assert found == [{"one": "1", "two": "{1,2}"}, {"one": "2", "two": "{2,2}"}]


def test_a_draw_may_be_called_by_a_word_that_sql_has_taken(session: psycopg.Connection) -> None:
    assert draws(session, 'SELECT 7 AS "user"') == [{"user": "7"}]


def test_a_prepared_statement_gives_its_rows(session: psycopg.Connection) -> None:
    prepared = PreparedStatement.of(session, "one", "SELECT id FROM users WHERE id = :id::bigint;")
    assert prepared.rows({"id": "1"}) == []


@pytest.mark.parametrize("mode", MODES)
def test_a_plan_can_be_had_in_both_modes(session: psycopg.Connection, mode: str) -> None:
    prepared = PreparedStatement.of(session, "one", "SELECT id FROM users WHERE id = :id::bigint")
    plan = prepared.plan({"id": "1"}, "generic" if mode == "generic" else "custom")
    assert plan.indexes == {"users_pkey"}


def test_a_timed_run_says_how_many_rows_came(session: psycopg.Connection) -> None:
    prepared = PreparedStatement.of(session, "one", "SELECT * FROM generate_series(1, :n::integer)")
    assert prepared.run(prepared.bound({"n": "3"})) == 3


def test_a_timed_run_that_fails_says_so(session: psycopg.Connection) -> None:
    prepared = PreparedStatement.of(session, "one", "SELECT 1 / :n::integer")
    with pytest.raises(psycopg.OperationalError, match="division by zero"):
        prepared.run(prepared.bound({"n": "0"}))


def test_a_closed_statement_makes_room_for_its_name(session: psycopg.Connection) -> None:
    PreparedStatement.of(session, "one", "SELECT 1").close()
    assert PreparedStatement.of(session, "one", "SELECT 2").rows({}) == [(2,)]


@pytest.mark.parametrize("mode", MODES)
def test_a_plan_reads_the_same_whatever_the_values(session: psycopg.Connection, mode: str) -> None:
    sql = "SELECT 1 FROM conversations WHERE id = :id::bigint AND participant_ids @> ARRAY[:id]"
    prepared = PreparedStatement.of(session, "one", sql)
    plan = prepared.plan({"id": "7"}, "generic" if mode == "generic" else "custom")
    assert plan.shape == (
        "Index Scan using conversations_pkey on conversations [Index Cond: (id = :id)]"
    )
