"""Which rights of others, beside those to tables, the catalog tells of."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from vrss_contract.database.catalog.read import read
from vrss_contract.database.scratch import Databases
from vrss_contract.target import sqlfile

pytestmark = pytest.mark.once
_SCHEMA = """
    CREATE TABLE people (id bigint, email text);
    CREATE VIEW names AS SELECT id FROM people;
    CREATE FUNCTION found() RETURNS SETOF people LANGUAGE sql AS 'SELECT * FROM people';
    CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN END';
    REVOKE EXECUTE ON FUNCTION touch() FROM PUBLIC;
"""


@pytest.fixture(scope="module")
def session(databases: Databases) -> Iterator[psycopg.Connection]:
    with databases.load(sqlfile.parse(_SCHEMA, name="people")).connect() as connection:
        yield connection


@pytest.mark.parametrize(
    ("ddl", "told"),
    [
        ("SELECT", []),
        ("GRANT SELECT ON names TO PUBLIC", ["SELECT on view names for public"]),
        ("GRANT SELECT ON names TO pg_monitor", ["SELECT on view names for pg_monitor"]),
        (
            "ALTER FUNCTION found() SECURITY DEFINER",
            ["EXECUTE on found, which runs as its owner, for public"],
        ),
        ("GRANT EXECUTE ON FUNCTION touch() TO PUBLIC", []),
        (
            "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO pg_monitor",
            ["SELECT on new tables for pg_monitor"],
        ),
        (
            "ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO pg_monitor",
            ["EXECUTE on new functions for pg_monitor"],
        ),
        ("ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC", []),
    ],
)
def test_what_others_may_do_in_the_schema_is_told(
    session: psycopg.Connection, ddl: str, told: list[str]
) -> None:
    with session.transaction(force_rollback=True):
        session.execute(ddl.encode())

        assert [*read(session).rights] == told


@pytest.mark.parametrize(
    ("function", "told"),
    [("touch", ["EXECUTE for pg_monitor"]), ("found", [])],
    ids=["closed", "open to everybody"],
)
def test_a_role_of_the_server_that_may_call_what_others_may_not_is_told(
    session: psycopg.Connection, function: str, told: list[str]
) -> None:
    with session.transaction(force_rollback=True):
        session.execute(f"GRANT EXECUTE ON FUNCTION {function}() TO pg_monitor".encode())
        (found,) = (one for one in read(session).functions if one.name == function)

        assert [*found.rights] == told
