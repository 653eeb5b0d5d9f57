"""What of a dump is about the server that it was made on is passed over, and nothing else is."""

from __future__ import annotations

import pytest

from vrss_contract.database.scratch import Databases
from vrss_contract.errors import TroubleError
from vrss_contract.target import sqlfile

pytestmark = pytest.mark.once
_SCHEMA = """
SET no_such_timeout = 0;
CREATE ROLE nobody_here LOGIN PASSWORD 'x';
CREATE SCHEMA public;
COMMENT ON SCHEMA public IS 'ours';
GRANT ALL ON SCHEMA public TO nobody_here;
CREATE TABLE public.a (b integer);
ALTER TABLE public.a OWNER TO nobody_here;
CREATE FUNCTION public."f g"(a integer, b text) RETURNS integer LANGUAGE sql AS 'SELECT 1';
ALTER FUNCTION public."f g"(a integer, b text) OWNER TO postgres;
REVOKE ALL ON FUNCTION public."f g"(a integer, b text) FROM PUBLIC;
GRANT SELECT, INSERT ON TABLE public.a TO nobody_here;
ALTER DEFAULT PRIVILEGES FOR ROLE nobody_here IN SCHEMA public GRANT SELECT ON TABLES TO PUBLIC;
COMMENT ON EXTENSION plpgsql IS 'PL/pgSQL procedural language';
"""
_NOTE = (
    "passed over 10 statements about roles and settings of another server, from line 2 on:"
    " 3 GRANT and REVOKE, 2 COMMENT ON what is the server's, 2 OWNER TO, 1 SET,"
    " 1 CREATE and ALTER ROLE, 1 CREATE SCHEMA public"
)


@pytest.mark.parametrize("around", ["{}", "BEGIN;{}COMMIT;"])
def test_a_dump_loads_with_one_note(databases: Databases, around: str) -> None:
    database = databases.load(sqlfile.parse(around.format(_SCHEMA), name="dump.sql"))

    assert database.note == _NOTE
    with database.connect() as session:
        assert session.execute("SELECT count(*) FROM a").fetchone() == (0,)
        (public,) = session.execute(
            "SELECT has_function_privilege('public', 'public.\"f g\"(integer, text)', 'EXECUTE')"
        ).fetchone() or (None,)
    assert public is False


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE nowhere OWNER TO nobody_here",
        "GRANT SELECT ON nowhere TO PUBLIC",
        "GRANT EXECUTE ON FUNCTION f() TO nobody_here",
        "ALTER TABLE pg_class OWNER TO CURRENT_USER, ADD COLUMN a integer",
        "COMMENT ON TABLE nowhere IS 'there'",
        "CREATE TABLE a (b integer); CREATE POLICY p ON a TO nobody_here",
        "SET ROLE nobody_here",
        "CREATE ROLE nobody_here SUPERUSER",
        "SET search_path TO DEFAULT, 1",
        "CREATE SCHEMA publications; CREATE SCHEMA publications",
    ],
)
def test_what_fails_for_another_reason_fails(databases: Databases, statement: str) -> None:
    with pytest.raises(TroubleError):
        databases.load(sqlfile.parse(statement, name="dump.sql"))
