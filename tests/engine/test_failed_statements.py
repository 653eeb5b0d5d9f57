"""Whatever hinders a target from loading is told at once, and what that brings along is folded."""

from __future__ import annotations

import pytest

from vrss_contract.database.scratch import Databases
from vrss_contract.errors import TroubleError
from vrss_contract.target import sqlfile

pytestmark = pytest.mark.once


def failure(databases: Databases, script: str) -> TroubleError:
    with pytest.raises(TroubleError) as refused:
        databases.load(sqlfile.parse(script, name="t.sql"))
    return refused.value


def test_each_statement_that_fails_is_told_with_its_line(databases: Databases) -> None:
    told = failure(databases, "CREATE TABLE a (b nosuch);\nSELECT 1;\nSELECT 1/0;\n")

    assert told.headline == "t.sql does not load: 2 statements fail, the first in line 1"
    assert told.found.splitlines() == [
        't.sql:1: 42704 type "nosuch" does not exist',
        "t.sql:3: 22012 division by zero",
    ]


def test_what_fails_since_another_did_is_counted_beneath_it(databases: Databases) -> None:
    table, other = "CREATE TABLE a (id nosuch)", "CREATE TABLE b (id integer REFERENCES a)"

    told = failure(databases, f"{table};\n{other};\nCREATE INDEX ON a (id);")

    assert told.headline == "t.sql:1 does not load"
    assert told.found.splitlines()[-1] == "2 more statements that need it"


def test_within_a_transaction_the_first_is_the_last(databases: Databases) -> None:
    told = failure(databases, "BEGIN;\nSELECT 1/0;\nSELECT 2/0;\nCOMMIT;")

    assert told.headline == "t.sql:2 does not load"


def test_rows_below_a_copy_are_loaded(databases: Databases) -> None:
    rows = "COPY a (b) FROM stdin;\nit's\n\\N\n\\.\n"
    script = f"CREATE TABLE a (b text);\n{rows}CREATE INDEX ON a (b);"

    database = databases.load(sqlfile.parse(script, name="t.sql"))

    with database.connect() as session:
        assert session.execute("SELECT b FROM a").fetchall() == [("it's",), (None,)]


def test_a_row_that_does_not_fit_is_told_with_its_copy(databases: Databases) -> None:
    told = failure(databases, "CREATE TABLE a (b integer);\nCOPY a (b) FROM stdin;\nx\n\\.\n")

    assert told.headline == "t.sql:2 does not load"
    assert "invalid input syntax for type integer" in told.found
