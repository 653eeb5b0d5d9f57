"""Scratch databases: their sessions, their number, and who may take part."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import psycopg
import pytest

from tests import paths
from tests.engine.runs import Ran, outcomes
from vrss_contract.database.loader import Loader
from vrss_contract.database.scratch import Database, Databases
from vrss_contract.target import Target, sqlfile

THREADS = 4
NAMES = "SELECT datname FROM pg_database"


@pytest.fixture
def made(databases: Databases) -> Iterator[Databases]:
    """Databases of this test's own, on the run's server."""
    with Databases(databases._access) as own:
        yield own
        for name in tuple(own._made):  # the server goes at the end, and not before
            own._drop([name], [])


def names(made: Databases) -> set[str]:
    return {str(row[0]) for row in made._admin.execute(NAMES)}


def test_a_session_is_far_from_utc(loaded: psycopg.Connection) -> None:
    """Where a time is meant for UTC, it must show."""
    row = loaded.execute("SELECT now() = (now() AT TIME ZONE 'utc')").fetchone()

    assert row == (False,)


def test_a_default_that_is_right_in_utc_alone_is_broken(verify: Callable[..., Ran]) -> None:
    utc = (
        paths.schema()
        .read_text("utf-8")
        .replace(
            "created_at timestamptz NOT NULL DEFAULT now()",
            "created_at timestamptz NOT NULL DEFAULT (now() AT TIME ZONE 'utc')",
        )
    )

    ran = verify(utc, "--only", "users.created_at.omitted", "--format", "json")

    assert outcomes(ran.out) == {"users.created_at.omitted": "broken"}


@pytest.mark.parametrize("name", ["PGTZ", "PGCLIENTENCODING"])
def test_a_session_is_the_same_in_any_environment(
    database: Database, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, {"PGTZ": "UTC", "PGCLIENTENCODING": "LATIN1"}[name])

    with database.connect() as session:
        assert session.execute("SHOW TimeZone").fetchone() == ("<+0545>-05:45",)
        assert session.execute("SELECT '€'").fetchone() == ("€",)


def test_a_temporary_table_hides_none_of_the_schema(loaded: psycopg.Connection) -> None:
    loaded.execute("CREATE TEMP TABLE users (shadow int)")

    assert loaded.execute("SELECT 'users'::regclass = 'public.users'::regclass").fetchone() == (
        True,
    )


def test_a_target_runs_as_a_role_that_may_nothing(loaded: psycopg.Connection) -> None:
    query = "SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user"

    assert loaded.execute(query).fetchone() == (False, False, False)


def test_a_dropped_database_is_gone_at_once_with_whoever_is_in_it(made: Databases) -> None:
    database, other = made.create(), made.create()

    with database.connect() as session:
        made.drop(database)

        with pytest.raises(psycopg.errors.AdminShutdown):
            session.execute("SELECT 1")
    assert (database.name in names(made), other.name in names(made)) == (False, True)


def test_a_name_is_not_used_again_after_a_drop(made: Databases) -> None:
    first, second = made.create(), made.create()

    made.drop(first)

    assert made.create().name not in {first.name, second.name}


def test_threads_make_databases_of_different_names(made: Databases) -> None:
    start = Barrier(THREADS)

    def create(_: int) -> str:
        start.wait()
        return made.create().name

    with ThreadPoolExecutor(THREADS) as pool:
        assert len(set(pool.map(create, range(THREADS)))) == THREADS


def test_a_live_server_is_alive_for_every_thread_that_asks(made: Databases) -> None:
    """The first to find that the session was ended takes another; the others take that one."""
    start = Barrier(THREADS)

    def ask(_: int) -> bool:
        start.wait()
        return made.alive()

    with psycopg.connect(made._access.admin, autocommit=True) as admin:
        admin.execute("SELECT pg_terminate_backend(%s, 5000)", [made._admin.info.backend_pid])
    with ThreadPoolExecutor(THREADS) as pool:
        assert list(pool.map(ask, range(THREADS))) == [True] * THREADS
    assert made.alive()


def test_a_kept_database_is_shown_by_its_address_alone(made: Databases) -> None:
    kept = made.create()
    secrets = replace(kept, admin=f"{kept.admin} sslpassword=s3cret options='-c x.y=s3cret'")

    shown = made.keep(secrets)

    assert shown.startswith("psql ")
    assert kept.name in shown
    assert "s3cret" not in shown


def target(*statements: str) -> Target:
    return sqlfile.parse(";\n".join(statements) + ";\n", name="target")


@pytest.mark.parametrize("encoding", ["LATIN1", "SQL_ASCII", "UTF8"])
def test_a_statement_is_sent_as_it_was_read_whatever_encoding_is_set(
    made: Databases, encoding: str
) -> None:
    script = target(
        f"SET client_encoding = '{encoding}'", "CREATE TABLE a AS SELECT '€'::text AS b"
    )

    with made.load(script).connect() as session:
        assert session.execute("SELECT b FROM a").fetchone() == ("€",)


def test_a_limit_that_a_target_lifts_is_back_for_the_next_statement(made: Databases) -> None:
    with made.create().connect() as session:
        Loader("target", session, 7, made.alive).load(
            target("SET statement_timeout = 0", "SELECT 1").steps
        )

        assert session.execute("SHOW statement_timeout").fetchone() == ("7s",)


def test_those_who_follow_after_the_interrupt_are_interrupted_too(made: Databases) -> None:
    made.interrupt()
    with Databases(made._access) as late:
        made.follow(late)

        assert late._over.is_set()
