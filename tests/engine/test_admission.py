"""As whom, in whose session and under which settings a target would run: asked before it does."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from types import SimpleNamespace

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from tests.engine.runs import Outside, Ran
from vrss_contract.database import admission, role
from vrss_contract.database.creation import Creation, locales
from vrss_contract.database.scratch import Database, Databases
from vrss_contract.database.session import require_role
from vrss_contract.errors import TroubleError

pytestmark = pytest.mark.once

Run = Callable[..., Ran]
ONE = ("--only", "users.table")
ROLE_OF_TARGET = "CREATE ROLE made_by_a_target"


@pytest.fixture
def forced(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pooler logs everybody in as the administrator."""
    make = role.make

    def made(admin: psycopg.Connection, conninfo: str, name: str) -> role.Role:
        return replace(make(admin, conninfo, name), user=conninfo)

    monkeypatch.setattr(role, "make", made)
    monkeypatch.setattr(
        "vrss_contract.database.scratch_database.require_role",
        lambda session, _, stranger: require_role(session, "made_for_it", stranger),
    )


@pytest.mark.usefixtures("forced")
def test_no_statement_of_a_target_runs_as_somebody_else(verify: Run, outside: Outside) -> None:
    ran = verify(ROLE_OF_TARGET, *ONE)

    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("error[other-role]: the target would run as another role")
    assert "a superuser" in ran.err
    assert outside.ask("SELECT 1 FROM pg_roles WHERE rolname = 'made_by_a_target'") == []


def test_a_role_that_is_a_member_of_another_is_refused(
    administered: psycopg.Connection, database: Database
) -> None:
    name = str(conninfo_to_dict(database.user)["user"])
    administered.execute(f"GRANT pg_monitor TO {name}; SET SESSION AUTHORIZATION {name}".encode())

    with pytest.raises(TroubleError, match="other-role") as refusal:
        require_role(administered, name, database.stranger)

    assert "pg_monitor" in refusal.value.found


@dataclass
class Pooled:
    """A session whose statements run on whichever process is free."""

    processes: Iterator[int]
    info: SimpleNamespace

    def execute(self, _: str) -> SimpleNamespace:
        return SimpleNamespace(fetchone=lambda: (next(self.processes),))

    def transaction(self) -> contextlib.AbstractContextManager[None]:
        return contextlib.nullcontext()


def pooled(*processes: int) -> Callable[[], contextlib.AbstractContextManager[Pooled]]:
    session = Pooled(iter(processes), SimpleNamespace(backend_pid=99))
    return lambda: contextlib.nullcontext(session)


def test_sessions_that_a_pooler_shares_out_are_refused() -> None:
    connect = pooled(7, 8)

    with pytest.raises(TroubleError, match="shared-sessions") as refusal:
        admission.admit(connect, None, "r")  # type: ignore[arg-type]  # as far as it comes

    assert "session 7 of the server went on as session 8" in refusal.value.found


def test_a_pooler_that_keeps_sessions_whole_is_taken() -> None:
    connect = pooled(7, 7)

    with connect() as session:
        admission.require_own(session, connect)  # type: ignore[arg-type]  # what it asks of one


def asserts(condition: str) -> str:
    """A target that loads where this is so."""
    return f"DO $$ BEGIN ASSERT {condition}; END $$;"


NULLS = "current_setting('array_nulls')::bool"
REPLICA = "session_replication_role = replica"


@pytest.fixture
def replica(outside: Outside) -> Iterator[None]:
    """A server on which no trigger fires."""
    outside.do(f"ALTER ROLE ALL SET {REPLICA}")
    yield
    outside.do("ALTER ROLE ALL RESET ALL")


@pytest.mark.usefixtures("replica")
def test_a_setting_that_only_a_superuser_may_change_is_changed_by_one(verify: Run) -> None:
    ran = verify(asserts("current_setting('session_replication_role') = 'origin'"), *ONE)

    assert ran.err == ""


@pytest.mark.usefixtures("replica")
def test_a_setting_that_may_not_be_changed_is_told(verify: Run, outside: Outside) -> None:
    ran = verify("CREATE TABLE users ()", *ONE, server=outside.url("creator"))

    assert ran.code == 2
    assert ran.err.startswith("error[fixed-settings]: ")
    assert "session_replication_role is 'replica', not 'origin'" in ran.err


def test_a_target_that_resets_all_goes_on_as_it_began(verify: Run, outside: Outside) -> None:
    outside.do("ALTER ROLE ALL SET array_nulls = off")
    try:
        ran = verify(f"RESET ALL; DISCARD ALL; {asserts(NULLS)}", *ONE)
    finally:
        outside.do("ALTER ROLE ALL RESET ALL")

    assert ran.err == ""


def test_a_report_says_that_the_database_of_the_dsn_was_not_judged(
    verify: Run, outside: Outside
) -> None:
    ran = verify("CREATE TABLE t ()", *ONE, server=f"{outside.url()}&schema=mine&pgbouncer=true")

    assert "target.sql was loaded into scratch databases on that server" in ran.out
    assert "its database postgres itself was NOT judged (vrss-contract verify DSN" in ran.out
    assert "left out of the DSN, for PostgreSQL has no use for it: pgbouncer, schema" in ran.out


def test_a_doctor_says_what_it_left_out_of_a_dsn(run: Run, outside: Outside) -> None:
    outside.do("CREATE DATABASE of_another ENCODING 'SQL_ASCII' TEMPLATE template0 LOCALE 'C'")
    try:
        ran = run("doctor", f"{outside.url(database='of_another')}&pgbouncer=true")
    finally:
        outside.do("DROP DATABASE of_another")

    assert "left out of the DSN, for PostgreSQL has no use for it: pgbouncer" in ran.out
    assert "the database's encoding is SQL_ASCII, not UTF8" in ran.out


def test_a_server_laid_out_in_another_encoding_judges_in_utf_8(
    databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    creation = Creation(replace(databases.access, ours=False))
    monkeypatch.setattr(creation, "_locales", ["LC_CTYPE 'nowhere'", *locales(160000)])

    with psycopg.connect(databases.access.admin, autocommit=True) as admin:
        creation.make(admin, "made_in_utf_8")
        query = "SELECT pg_encoding_to_char(encoding), datcollate FROM pg_database"
        made = admin.execute(f"{query} WHERE datname = 'made_in_utf_8'").fetchone()
        admin.execute("DROP DATABASE made_in_utf_8")

    assert made == ("UTF8", "C")


def test_a_limit_of_the_server_is_not_the_statement_s_fault(verify: Run) -> None:
    ran = verify("DO $$ BEGIN RAISE 'too much' USING ERRCODE = '53400'; END $$", *ONE)

    assert ran.code == 2
    assert ran.err.startswith("error[load-limited]: ")
    assert "raise the limit that the server names" in ran.err


def test_no_variable_of_libpq_s_changes_a_verdict(
    verify: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = "-c array_nulls=off -c default_transaction_read_only=on -c log_statement=all"
    monkeypatch.setenv("PGOPTIONS", options)  # the last of which a superuser alone may set
    monkeypatch.setenv("PGCLIENTENCODING", "SQL_ASCII")
    monkeypatch.setenv("PGTZ", "Asia/Tokyo")
    monkeypatch.setenv("PGDATESTYLE", "German")
    monkeypatch.setenv("PGGEQO", "off")

    ran = verify(asserts(f"{NULLS} AND current_setting('DateStyle') = 'ISO, MDY'"), *ONE)

    assert ran.err == ""
