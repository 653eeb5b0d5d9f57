"""The second role: it may nothing, the target's role may act as it, and it goes with the run."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from tests.engine.runs import Outside
from vrss_contract.database.scratch import Database, Databases
from vrss_contract.postgres import Access
from vrss_contract.target import sqlfile

_SCHEMA = "CREATE TABLE counters (id bigserial PRIMARY KEY);"
_DEAD = "vrss_contract_0badcafe"


def _access(outside: Outside, user: str) -> Access:
    return Access(outside.url(user), "outside", 160011, throwaway=False)


@pytest.fixture(params=["postgres", "creator"])
def user(request: pytest.FixtureRequest, outside: Outside) -> str:
    """A superuser, and one who may make roles and databases."""
    if request.param == "creator":
        return "creator"
    return outside.ask("SELECT current_user")[0]


@pytest.fixture
def database(outside: Outside, user: str) -> Iterator[Database]:
    with Databases(_access(outside, user)) as made:
        yield made.load(sqlfile.parse(_SCHEMA, name="target"))
    assert outside.left() == []


@pytest.fixture
def session(database: Database) -> Iterator[psycopg.Connection]:
    with database.connect() as opened, opened.transaction(force_rollback=True):
        yield opened


def test_the_targets_role_may_act_as_it(session: psycopg.Connection, database: Database) -> None:
    session.execute(f"SET LOCAL ROLE {database.stranger}")

    assert session.execute("SELECT current_user").fetchone() == (database.stranger,)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT FROM counters",
        "INSERT INTO counters DEFAULT VALUES",
        "SELECT nextval('counters_id_seq')",
        "CREATE TABLE mine ()",
        "DROP TABLE counters",
        "CREATE SCHEMA mine",
    ],
)
def test_it_may_nothing(session: psycopg.Connection, database: Database, statement: str) -> None:
    session.execute(f"SET LOCAL ROLE {database.stranger}")

    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        session.execute(statement)


def test_it_may_what_it_is_granted(session: psycopg.Connection, database: Database) -> None:
    session.execute(f"GRANT SELECT ON counters TO {database.stranger}")
    session.execute(f"SET LOCAL ROLE {database.stranger}")

    assert session.execute("SELECT FROM counters").fetchall() == []


def test_it_is_a_member_of_nothing_and_owns_nothing(outside: Outside, database: Database) -> None:
    role = f"'{database.stranger}'::regrole"

    assert outside.ask(f"SELECT roleid::regrole FROM pg_auth_members WHERE member = {role}") == []
    assert outside.ask(f"SELECT datname FROM pg_database WHERE datdba = {role}") == []


def test_it_can_not_log_in(outside: Outside, database: Database) -> None:
    with pytest.raises(psycopg.OperationalError, match="is not permitted to log in"):
        psycopg.connect(outside.url(database.stranger))


def test_a_grant_to_it_that_is_committed_does_not_keep_it(outside: Outside, user: str) -> None:
    with Databases(_access(outside, user)) as made:
        database = made.load(sqlfile.parse(_SCHEMA, name="target"))
        with database.connect() as session:
            session.execute(f"GRANT SELECT ON counters TO {database.stranger}")

    assert outside.left() == []


def test_what_a_killed_run_left_of_it_is_swept(outside: Outside, user: str) -> None:
    with psycopg.connect(outside.url(user), autocommit=True) as killed:
        killed.execute(f"CREATE ROLE {_DEAD}")
        killed.execute(f"CREATE ROLE {_DEAD}_stranger")
        killed.execute(f"GRANT {_DEAD}_stranger TO {_DEAD}")
        killed.execute(f"CREATE DATABASE {_DEAD}_0 TEMPLATE template0")

    with Databases(_access(outside, user)):
        assert [name for name in outside.left() if name.startswith(_DEAD)] == []


def test_what_was_left_of_it_alone_is_swept(outside: Outside, user: str) -> None:
    with psycopg.connect(outside.url(user), autocommit=True) as killed:
        killed.execute(f"CREATE ROLE {_DEAD}_stranger")

    with Databases(_access(outside, user)):
        assert [name for name in outside.left() if name.startswith(_DEAD)] == []


def test_of_a_run_that_lives_it_stays(outside: Outside, user: str) -> None:
    with Databases(_access(outside, user)) as living:
        database = living.create()
        with Databases(_access(outside, user)):
            pass

        assert database.stranger in outside.left()


def test_what_is_kept_is_ended_with_the_words_that_are_told(outside: Outside, user: str) -> None:
    with Databases(_access(outside, user)) as made:
        told = made.keep(made.create())

    statements = told.partition("end it with: ")[2].split(";")
    with psycopg.connect(outside.url(user), autocommit=True) as admin:
        for statement in filter(None, statements):
            admin.execute(statement)
    assert outside.left() == []
