"""Indexes are gone as long as a transaction lasts, and then are there again."""

from __future__ import annotations

import psycopg
import pytest

from vrss_contract.performance.query.drop_indexes import indexes, with_only, without

pytestmark = pytest.mark.once


def test_every_index_is_told_with_its_table(fresh_session: psycopg.Connection) -> None:
    found = indexes(fresh_session)

    assert found["idx_posts_user_created"] == "posts"
    assert found["users_pkey"] == "users"


@pytest.mark.parametrize(
    "name", ["idx_users_email", "users_email_key", "users_pkey"], ids=["index", "key", "primary"]
)
def test_an_index_is_gone_inside_and_there_afterwards(
    fresh_session: psycopg.Connection, name: str
) -> None:
    before = indexes(fresh_session)
    with without(fresh_session, [name]):
        inside = indexes(fresh_session)

    assert inside.keys() == before.keys() - {name}
    assert indexes(fresh_session) == before


def test_references_to_a_key_that_is_gone_are_there_afterwards(
    fresh_session: psycopg.Connection,
) -> None:
    references = "SELECT count(*) FROM pg_constraint WHERE contype = 'f'"
    before = fresh_session.execute(references).fetchone()
    with without(fresh_session, ["users_pkey"]):
        inside = fresh_session.execute(references).fetchone()

    assert before
    assert inside
    assert inside < before
    assert fresh_session.execute(references).fetchone() == before


def test_what_fails_inside_leaves_the_indexes_too(fresh_session: psycopg.Connection) -> None:
    before = indexes(fresh_session)
    with (
        pytest.raises(psycopg.errors.DivisionByZero),
        without(fresh_session, ["idx_users_email"]),
    ):
        fresh_session.execute("SELECT 1 / 0")

    assert indexes(fresh_session) == before


def test_of_a_table_only_some_indexes_and_the_keys_are_left(
    fresh_session: psycopg.Connection,
) -> None:
    before = indexes(fresh_session)
    with with_only(fresh_session, ["idx_users_status"], ["users"]):
        inside = indexes(fresh_session)
        scans = fresh_session.execute("SHOW enable_seqscan").fetchone()

    keys = {"users_pkey", "users_email_key", "users_username_key"}
    assert {name for name, table in inside.items() if table == "users"} == {
        "idx_users_status",
        *keys,
    }
    assert {one for one in before.items() if one[1] != "users"} <= inside.items()
    assert scans == ("off",)
    assert fresh_session.execute("SHOW enable_seqscan").fetchone() == ("on",)
