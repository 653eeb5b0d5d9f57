"""Indexes that go, each in a transaction that is undone, and the queries that miss them."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import psycopg
import pytest

from vrss_contract.contract.model import Contract, Query, QueryCase
from vrss_contract.database.scratch import Database, Databases
from vrss_contract.performance import ablation as measuring
from vrss_contract.performance.ablation import Ablation, claim
from vrss_contract.performance.ablation.cost import cost
from vrss_contract.performance.ablation.worth import Worth
from vrss_contract.performance.query.drop_indexes import indexes
from vrss_contract.performance.query.session import QuerySession

pytestmark = pytest.mark.once

ROWS = """
INSERT INTO users (username, email, password_hash, status)
SELECT 'user_' || n, n || '@example.org', repeat('x', 60),
    CASE WHEN n % 50 = 0 THEN 'active' ELSE 'deleted' END
FROM generate_series(1, 4000) AS n
"""
LOGIN = "SELECT id FROM users WHERE email = :email"
ACTIVE = "SELECT count(*) FROM users WHERE status = 'active'"


@pytest.fixture(scope="module")
def filled(databases: Databases, untouched: Database) -> Iterator[Database]:
    made = databases.create(untouched)
    with made.administer() as connection:
        connection.execute(ROWS)
        connection.execute("VACUUM (FREEZE, ANALYZE) users")
    yield made
    databases.drop(made)


@pytest.fixture
def session(filled: Database) -> Iterator[psycopg.Connection]:
    with filled.connect() as connection:
        yield connection


Ablate = Callable[..., Ablation]


@pytest.fixture
def ablate(session: psycopg.Connection, contract: Contract) -> Ablate:
    def made(*queries: Query) -> Ablation:
        users = {"users": contract.tables["users"]}
        few = replace(contract, queries={one.name: one for one in queries}, tables=users)
        return Ablation(replace(few, clauses=()), QuerySession(session, most=2), samples=5)

    return made


def query(name: str, sql: str, draws: str) -> Query:
    case = QueryCase("any", draws)
    return Query(name, "", "should", sql, sql, (case,))


LOGINS = query("login", LOGIN, "SELECT email FROM users ORDER BY id LIMIT 2")
ACTIVES = query("active", ACTIVE, "SELECT")


def worth(found: Ablation, index: str) -> Worth:
    return next(one for one in found.worths() if one.name == index)


def test_a_query_misses_the_index_that_it_reads_by(ablate: Ablate) -> None:
    found = worth(ablate(ACTIVES), "idx_users_status")
    assert [effect.name for effect in found.missed] == ["active.any"]
    assert found.missed[0].reasons[0].startswith("users is read from end to end")


def test_a_query_is_served_by_the_twin_of_what_is_gone(ablate: Ablate) -> None:
    found = worth(ablate(LOGINS), "idx_users_email")
    assert found.redundant
    assert found.twins == ("users_email_key",)
    assert [effect.instead for effect in found.effects] == [("users_email_key",)]


def test_several_indexes_go_together(ablate: Ablate) -> None:
    both = ablate(LOGINS).together(
        "both", ["idx_users_email", "users_email_key"], [(LOGINS, LOGINS.cases[0])], "a claim"
    )
    assert both.claim == "a claim"
    assert both.missed


def test_every_index_is_there_again(session: psycopg.Connection, ablate: Ablate) -> None:
    before = indexes(session)
    assert list(ablate(LOGINS).worths())
    assert indexes(session) == before


def test_a_call_that_takes_too_long_is_ended(
    ablate: Ablate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measuring, "PATIENCE", 0.01)
    slow = replace(LOGINS, sql=f"{LOGIN} AND pg_sleep(0.02) IS NOT NULL")
    found = worth(ablate(slow), "idx_users_email")
    assert [effect.lacking for effect in found.effects] == [None]


def test_a_plan_that_did_not_change_is_not_measured_again(ablate: Ablate) -> None:
    found = ablate(LOGINS).together(
        "another", ["idx_users_status"], [(LOGINS, LOGINS.cases[0])], ""
    )
    assert [effect.lacking is effect.having for effect in found.effects] == [True]


def test_a_case_that_draws_nobody_is_left_out_of_a_claim(ablate: Ablate) -> None:
    nobody = replace(
        LOGINS.cases[0], draws=f"SELECT * FROM ({LOGINS.cases[0].draws}) AS a WHERE FALSE"
    )

    found = ablate(LOGINS).together("another", ["idx_users_status"], [(LOGINS, nobody)], "")

    assert found.effects == ()


def test_an_index_costs_blocks_and_log_and_leaves_no_row(session: psycopg.Connection) -> None:
    found = cost(session, "users", "idx_users_email")
    assert found.size > 0
    assert (found.blocks_a_row or 0) >= 1
    assert (found.log_a_row or 0) > 0
    assert session.execute("SELECT count(*) FROM users").fetchone() == (4000,)


def test_a_unique_index_that_takes_no_copy_of_a_row_tells_its_size_alone(
    session: psycopg.Connection,
) -> None:
    session.execute("CREATE UNIQUE INDEX one_name ON users (username)")

    found = cost(session, "users", "one_name")

    assert found.size > 0
    assert (found.blocks_a_row, found.log_a_row) == (None, None)


def test_a_row_that_a_partial_index_leaves_out_costs_it_nothing(
    session: psycopg.Connection,
) -> None:
    some, all_ = (cost(session, "users", f"idx_users_{name}") for name in ("status", "email"))
    assert (some.blocks_a_row or 0) < (all_.blocks_a_row or 0) / 5


def test_the_feeds_claim_is_about_first_pages_in_both_forms(contract: Contract) -> None:
    first, *_ = contract.manifest.index_tiers
    found = [(query.name, case.name) for query, case in claim.asked(first, contract)]
    cases = ["follows-10", "follows-100", "follows-1000", "follows-5000"]
    assert found == [(form, case) for form in ("home-feed", "home-feed-document") for case in cases]


def test_a_contract_without_the_feed_has_no_claim_about_it(
    ablate: Ablate, contract: Contract
) -> None:
    few = replace(contract, queries={})
    assert list(claim.of(ablate(), few)) == []
