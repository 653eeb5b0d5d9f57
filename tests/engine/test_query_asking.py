"""Queries are prepared once, asked warm with both kinds of plan, and what was asked is kept."""

from __future__ import annotations

import psycopg
import pytest

from vrss_contract.contract.model import Query, QueryCase
from vrss_contract.performance.query.session import Asking, UndrawnError

pytestmark = pytest.mark.once
_CASE = QueryCase("any", "SELECT n AS id FROM generate_series(1, 9) AS n")
_SQL = "SELECT email FROM users WHERE id = :id::bigint"
_QUERY = Query("email-of", "", "should", _SQL, _SQL, (_CASE,))


@pytest.fixture
def asking(fresh_session: psycopg.Connection) -> Asking:
    return Asking(fresh_session, most=2)


def test_a_statement_is_prepared_once(asking: Asking) -> None:
    assert asking.prepared(_SQL) is asking.prepared(_SQL)


def test_only_the_first_readers_are_taken(asking: Asking) -> None:
    assert [*asking.draws(_CASE)] == [{"id": "1"}, {"id": "2"}]
    assert len(asking.drawn(_CASE.draws)) == 9


def test_each_reader_is_asked_with_both_kinds_of_plan(asking: Asking) -> None:
    seen = [(one.mode, one.values["id"]) for one in asking.plans(_QUERY, _CASE)]

    assert seen == [("generic", "1"), ("generic", "2"), ("custom", "1"), ("custom", "2")]


def test_a_plan_is_kept_until_it_is_asked_for_anew(asking: Asking) -> None:
    before = asking.plans(_QUERY, _CASE)
    asking.connection.execute("ALTER TABLE users DROP CONSTRAINT users_pkey CASCADE")

    assert asking.plans(_QUERY, _CASE) is before
    assert {one.plan.indexes for one in asking.fresh_plans(_QUERY, _CASE)} == {frozenset()}


def test_a_statement_outlives_a_transaction_that_is_undone(asking: Asking) -> None:
    with asking.connection.transaction(force_rollback=True):
        asking.prepared(_SQL)

    assert asking.prepared(_SQL).rows({"id": "1"}) == []


def test_readers_that_can_not_be_had_are_told_with_their_query(asking: Asking) -> None:
    with pytest.raises(UndrawnError) as caught:
        asking.drawn("SELECT 1 / 0 AS id")

    assert caught.value.sql == "SELECT 1 / 0 AS id"
    assert isinstance(caught.value.error, psycopg.errors.DivisionByZero)


def test_a_session_that_is_lost_is_no_matter_of_readers(asking: Asking) -> None:
    with pytest.raises(psycopg.OperationalError):
        asking.drawn("SELECT pg_terminate_backend(pg_backend_pid()) AS id")
