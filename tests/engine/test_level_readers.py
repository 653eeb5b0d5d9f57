"""Who may come to something that asks for its isolation level is found by words."""

from __future__ import annotations

import pytest

from vrss_contract.checks.level_readers import LevelReaders
from vrss_contract.database.catalog.every_object import every_object
from vrss_contract.database.scratch import Databases
from vrss_contract.target import sqlfile

pytestmark = pytest.mark.once
_SCHEMA = """
CREATE TABLE parents (id integer PRIMARY KEY);
CREATE TABLE children (id integer PRIMARY KEY, parent integer REFERENCES parents ON DELETE CASCADE);
CREATE TABLE others (id integer PRIMARY KEY);
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    {body}
    RETURN NULL;
END $$;
CREATE TRIGGER tells AFTER DELETE ON children FOR EACH ROW EXECUTE FUNCTION {name}();
"""
_ASKS = "PERFORM current_setting('transaction_isolation');"
_DOMAIN = """
CREATE FUNCTION asks() RETURNS text LANGUAGE sql AS
    $$ SELECT current_setting('transaction_isolation') $$;
CREATE DOMAIN asked AS text CHECK (VALUE <> asks());
"""
_ASKED = "DELETE FROM parents"
_DELETES, _OTHER = ["SELECT 1", _ASKED], ["INSERT INTO parents VALUES (1)", "DELETE FROM others"]


def _readers(databases: Databases, body: str, more: str = "") -> LevelReaders:
    text = _SCHEMA.format(name="tells", body=body) + more
    database = databases.load(sqlfile.parse(text, name="levels.sql"))
    with database.connect() as session:
        found = LevelReaders(every_object(session))
    databases.drop(database)
    return found


@pytest.mark.parametrize("body", [_ASKS, "EXECUTE 'SHOW transaction_iso' || 'lation';"])
def test_a_statement_that_comes_to_who_asks_may_ask(databases: Databases, body: str) -> None:
    readers = _readers(databases, body)

    assert (readers.among(_DELETES), readers.among(_OTHER)) == (True, False)


def test_where_nobody_asks_nothing_may(databases: Databases) -> None:
    assert not _readers(databases, "NULL;").among([*_DELETES, *_OTHER])


def test_a_statement_may_ask_itself(databases: Databases) -> None:
    assert _readers(databases, "NULL;").among(["SHOW transaction_isolation"])


@pytest.mark.parametrize(
    "more",
    [
        "CREATE TABLE asks (level text DEFAULT current_setting('transaction_isolation'));",
        _DOMAIN,
    ],
    ids=["a default", "a domain"],
)
def test_what_is_no_routine_and_may_ask_is_everybodys(databases: Databases, more: str) -> None:
    assert _readers(databases, "NULL;", more).among(_OTHER)
