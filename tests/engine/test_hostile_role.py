"""Targets that change the role they run as, which every role may: it is put right again."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.engine.runs import Outside, Ran, outcomes

pytestmark = pytest.mark.once

Run = Callable[..., Ran]
CHANGES = {
    "password": "ALTER ROLE CURRENT_USER PASSWORD 'mine now'",
    "no-password": "ALTER ROLE CURRENT_USER PASSWORD NULL",
    "read-only": "ALTER ROLE CURRENT_USER SET default_transaction_read_only = on",
    "library": "ALTER ROLE CURRENT_USER SET local_preload_libraries = 'no_such_library'",
    "encoding": "ALTER ROLE CURRENT_USER SET client_encoding = 'SQL_ASCII'",
    "in-database": "DO $$ BEGIN EXECUTE format('ALTER ROLE CURRENT_USER IN DATABASE %I"
    " SET default_transaction_read_only = on', current_database()); END $$",
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_does_not_outlive_the_load(verify: Run, name: str) -> None:
    script = f"CREATE TABLE users (id bigserial PRIMARY KEY);\n{CHANGES[name]};\n"

    ran = verify(script, "--only", "users.table", "--only", "users.id.omitted", "--format", "json")

    assert outcomes(ran.out)["users.table"] == "holds"
    assert ran.code in {0, 1, 2}


def test_a_role_that_is_no_superuser_judges_and_leaves_nothing(
    verify: Run, outside: Outside
) -> None:
    ran = verify("CREATE TABLE users ();", "--only", "users.table", server=outside.url("creator"))

    assert (ran.code, ran.err) == (0, "")


def test_a_role_that_is_no_superuser_can_end_what_hangs(verify: Run, outside: Outside) -> None:
    for_good = """DO $$ BEGIN LOOP BEGIN PERFORM pg_sleep(3600);
        EXCEPTION WHEN query_canceled THEN NULL; END; END LOOP; END $$;"""

    ran = verify(for_good, server=outside.url("creator"))

    assert ran.code == 2
    assert ran.err.startswith("error[load-hangs]: ")


@pytest.fixture
def owned(outside: Outside) -> Iterator[str]:
    """A database of the role that a run logs in as."""
    outside.do("CREATE DATABASE precious OWNER creator")
    yield "precious"
    outside.do("DROP DATABASE precious")


def test_what_the_login_owns_is_not_the_targets_to_drop(
    verify: Run, outside: Outside, owned: str
) -> None:
    ran = verify(f"DROP DATABASE {owned};", server=outside.url("creator"))

    assert ran.code == 2
    assert ran.err.startswith("error[load-refused]: ")
    assert outside.ask(f"SELECT 1 FROM pg_database WHERE datname = '{owned}'") == ["1"]


@pytest.mark.usefixtures("owned")
def test_a_target_that_could_only_run_as_the_login_does_not_run(
    verify: Run, outside: Outside
) -> None:
    outside.do("ALTER DATABASE precious OWNER TO maker")

    ran = verify("DROP DATABASE precious;", server=outside.url("maker"))

    assert ran.code == 2
    assert ran.err.startswith("error[no-createrole]: the role maker may not create roles\n")
