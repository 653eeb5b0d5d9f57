"""Queries are prepared once, asked warm with both kinds of plan, and what was asked is kept."""

from __future__ import annotations

import psycopg
import pytest

from vrss_contract.contract.model import Query, QueryCase
from vrss_contract.data.known_answers import KnownAnswers
from vrss_contract.performance.query.session import QuerySession, UndrawnError

pytestmark = pytest.mark.once
_CASE = QueryCase("any", "SELECT n AS id FROM generate_series(1, 9) AS n")
_SQL = "SELECT email FROM users WHERE id = :id::bigint"
_QUERY = Query("email-of", "", "should", _SQL, _SQL, (_CASE,))


@pytest.fixture
def query_session(fresh_session: psycopg.Connection) -> QuerySession:
    return QuerySession(fresh_session, most=2)


def test_a_statement_is_prepared_once(query_session: QuerySession) -> None:
    assert query_session.prepared(_SQL) is query_session.prepared(_SQL)


def test_only_the_first_readers_are_taken(query_session: QuerySession) -> None:
    assert [*query_session.draws(_CASE)] == [{"id": "1"}, {"id": "2"}]
    assert len(query_session.drawn(_CASE.draws)) == 9


def test_each_reader_is_asked_with_both_kinds_of_plan(query_session: QuerySession) -> None:
    seen = [(one.mode, one.values["id"]) for one in query_session.plans(_QUERY, _CASE)]

    assert seen == [("generic", "1"), ("generic", "2"), ("custom", "1"), ("custom", "2")]


def test_a_plan_is_kept_until_it_is_asked_for_anew(query_session: QuerySession) -> None:
    before = query_session.plans(_QUERY, _CASE)
    query_session.connection.execute("ALTER TABLE users DROP CONSTRAINT users_pkey CASCADE")

    assert query_session.plans(_QUERY, _CASE) is before
    assert {one.plan.indexes for one in query_session.fresh_plans(_QUERY, _CASE)} == {frozenset()}


def test_a_statement_outlives_a_transaction_that_is_undone(query_session: QuerySession) -> None:
    with query_session.connection.transaction(force_rollback=True):
        query_session.prepared(_SQL)

    assert query_session.prepared(_SQL).rows({"id": "1"}) == []


def test_readers_that_can_not_be_had_are_told_with_their_query(query_session: QuerySession) -> None:
    with pytest.raises(UndrawnError) as caught:
        query_session.drawn("SELECT 1 / 0 AS id")

    assert caught.value.sql == "SELECT 1 / 0 AS id"
    assert isinstance(caught.value.error, psycopg.errors.DivisionByZero)


def test_a_session_that_is_lost_is_no_matter_of_readers(query_session: QuerySession) -> None:
    with pytest.raises(psycopg.OperationalError):
        query_session.drawn("SELECT pg_terminate_backend(pg_backend_pid()) AS id")


def test_a_plan_that_is_only_made_touches_nothing(query_session: QuerySession) -> None:
    planned, seen = query_session.planned(_QUERY, _CASE), query_session.plans(_QUERY, _CASE)

    assert [(one.mode, one.values) for one in planned] == [(one.mode, one.values) for one in seen]
    assert [one.plan.shape for one in planned] == [one.plan.shape for one in seen]
    assert {one.plan.buffers for one in planned} == {0}


def test_what_an_earlier_run_drew_is_not_asked_again(fresh_session: psycopg.Connection) -> None:
    known = KnownAnswers()
    before = QuerySession(fresh_session, most=2, known=known).draws(_CASE)
    other = _CASE.draws.replace("1", "3")
    fresh_session.close()

    later = QuerySession(fresh_session, most=2, known=known)
    assert later.draws(_CASE) == before
    with pytest.raises(UndrawnError):
        later.drawn(other)
