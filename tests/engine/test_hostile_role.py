"""Targets that change the role they run as, which every role may: it is put right again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.engine.runs import Outside, Ran, outcomes

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


@pytest.mark.parametrize("user", ["creator", "maker"])
def test_a_role_that_is_no_superuser_judges_and_leaves_nothing(
    verify: Run, outside: Outside, user: str
) -> None:
    ran = verify("CREATE TABLE users ();", "--only", "users.table", server=outside.url(user))

    assert (ran.code, ran.err) == (0, "")


@pytest.mark.parametrize("user", ["creator", "maker"])
def test_a_role_that_is_no_superuser_can_end_what_hangs(
    verify: Run, outside: Outside, user: str
) -> None:
    for_good = """DO $$ BEGIN LOOP BEGIN PERFORM pg_sleep(3600);
        EXCEPTION WHEN query_canceled THEN NULL; END; END LOOP; END $$;"""

    ran = verify(for_good, server=outside.url(user))

    assert ran.code == 2
    assert ran.err.startswith("error[load-hangs]: ")


def test_a_target_that_ends_the_administrators_session_leaves_nothing(
    verify: Run, outside: Outside
) -> None:
    """Where no role can be made the target runs as the administrator, and may end its session."""
    ends = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = current_user;"

    ran = verify(ends, server=outside.url("maker"))

    assert ran.code == 2
    assert ran.err.startswith("error[session-ended]: ")
