"""Targets that ask for more than a schema needs: refused, and nothing of it is done."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.engine.runs import Outside, Ran, outcomes

pytestmark = pytest.mark.once

Run = Callable[..., Ran]
Told = Callable[[str, Ran], None]
REFUSED = {
    "superuser-role": "CREATE ROLE boss SUPERUSER LOGIN",
    "createdb": "CREATE DATABASE other",
    "drop-database": "DROP DATABASE postgres",
    "alter-system": "ALTER SYSTEM SET listen_addresses = '*'",
    "language-c": "CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'libc', 'system'",
    "language-internal": "CREATE FUNCTION f() RETURNS int LANGUAGE internal AS 'now'",
    "read-file": "SELECT pg_read_file('/etc/passwd')",
    "list-folder": "SELECT pg_ls_dir('/')",
    "copy-from-file": "CREATE TABLE a (b text);\nCOPY a FROM '/etc/passwd'",
    "import-file": "SELECT lo_import('/etc/passwd')",
    "set-role": "SET ROLE vrss_contract_admin",
    "set-session-authorization": "SET SESSION AUTHORIZATION vrss_contract_admin",
    "grant-admin": "GRANT vrss_contract_admin TO CURRENT_USER",
    "replication-role": "SET session_replication_role = replica",
    "event-trigger": "CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS"
    " 'BEGIN END';\nCREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION f()",
    "load-library": "LOAD '/tmp/evil.so'",
    "terminate-others": "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE usename = 'vrss_contract_admin'",
    "stop-server": "SELECT pg_reload_conf()",
    "catalog": "UPDATE pg_authid SET rolsuper = TRUE",
}
SPELT_OUT = ("superuser-role", "language-c", "read-file", "copy-from-file", "set-role")
"""Those whose message is kept to the word; the others are refused in the same words."""
WRITES = {
    "copy-to-program": "COPY (SELECT 1) TO PROGRAM 'touch {}'",
    "copy-from-program": "CREATE TABLE a (b text);\nCOPY a FROM PROGRAM 'touch {}'",
    "copy-to-file": "COPY (SELECT 1) TO '{}'",
    "export-file": "SELECT lo_export(lo_from_bytea(0, 'x'), '{}')",
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_a_schema_does_not_need_is_refused(verify: Run, told: Told, name: str) -> None:
    ran = verify(REFUSED[name] + ";\n")

    assert ran.code == 2
    assert ran.err.startswith("error[load-refused]: ")
    if name in SPELT_OUT:
        told(f"refused-{name}", ran)


@pytest.mark.parametrize("name", WRITES)
def test_no_program_is_run_and_no_file_written(verify: Run, outside: Outside, name: str) -> None:
    mark = outside.home / "mark"  # where the server's user could write

    ran = verify(WRITES[name].format(mark) + ";\n")

    assert ran.code == 2
    assert not mark.exists()
    assert ran.err.startswith("error[load-refused]: ")


def test_an_untrusted_language_is_refused(verify: Run, told: Told) -> None:
    ran = verify("CREATE FUNCTION f() RETURNS int LANGUAGE plpython3u AS 'import os';\n")

    assert ran.code == 2
    told("untrusted-language", ran)


def test_its_own_database_is_not_the_targets_to_drop(verify: Run) -> None:
    drop = "DO $$ BEGIN EXECUTE format('DROP DATABASE %I', current_database()); END $$;"

    ran = verify(drop)

    assert ran.code == 2
    assert "error[load-" in ran.err


def test_the_embedded_server_refuses_as_well(run: Run, tmp_path: Path) -> None:
    (tmp_path / "target.sql").write_text("SELECT pg_read_file('/etc/passwd');\n")

    ran = run("verify", tmp_path / "target.sql")

    assert ran.code == 2
    assert ran.err.startswith("error[load-refused]: ")


SHADOW = """
CREATE FUNCTION public.joined(name, text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE 'COPY (SELECT 1) TO PROGRAM ''touch {mark}''';
    RETURN $1::text OPERATOR(pg_catalog.||) $2;
EXCEPTION WHEN insufficient_privilege THEN
    RETURN $1::text OPERATOR(pg_catalog.||) $2;
END $$;
CREATE OPERATOR public.|| (LEFTARG = name, RIGHTARG = text, FUNCTION = public.joined);
CREATE TABLE users (id bigserial);
"""


def test_an_operator_that_hides_a_built_in_one_never_runs_as_superuser(
    verify: Run, outside: Outside
) -> None:
    """Reading the catalog joins names to texts, for which this operator fits better."""
    mark = outside.home / "mark"

    ran = verify(SHADOW.format(mark=mark), "--only", "users.id.type", "--format", "json")

    assert not mark.exists()
    assert outcomes(ran.out) == {"users.id.type": "holds"}
