"""A live database named by its DSN: its schema is read, and nothing is written there."""

from __future__ import annotations

import pytest

from vrss_contract.database.scratch import Database, Databases
from vrss_contract.errors import TroubleError
from vrss_contract.postgres import find_programs
from vrss_contract.postgres.dsn_text import read
from vrss_contract.postgres.embedded import EmbeddedServer
from vrss_contract.postgres.errors import NOT_READ
from vrss_contract.postgres.live_schema import dumped
from vrss_contract.postgres.readiness import ServerAddress
from vrss_contract.target import sqlfile

pytestmark = pytest.mark.once
_SCHEMA = """
CREATE TABLE tiers (id integer PRIMARY KEY, name text);
CREATE TABLE people (id integer PRIMARY KEY, tier integer REFERENCES tiers);
INSERT INTO tiers VALUES (1, 'free');
INSERT INTO people VALUES (1, 1);
"""
_WRITTEN = "SELECT pg_snapshot_xmax(pg_current_snapshot())"


@pytest.fixture
def live(databases: Databases) -> Database:
    return databases.load(sqlfile.parse(_SCHEMA, name="live.sql"))


def test_the_schema_and_the_rows_of_reference_tables_are_read(
    databases: Databases, live: Database
) -> None:
    copy = databases.load(dumped(ServerAddress(live.admin), ["tiers"]))

    with copy.connect() as session:
        assert session.execute("SELECT * FROM tiers").fetchall() == [(1, "free")]
        assert session.execute("SELECT * FROM people").fetchall() == []


def test_no_transaction_of_the_database_has_written() -> None:
    # On a server of its own: transaction ids are the cluster's, and others' sessions take some.
    with EmbeddedServer(major=16) as server, Databases(server.access) as alone:
        live = alone.load(sqlfile.parse(_SCHEMA, name="live.sql"))
        with live.administer() as session:
            before = session.execute(_WRITTEN).fetchone()
            dumped(ServerAddress(live.admin), ["tiers"])
            assert session.execute(_WRITTEN).fetchone() == before


def test_what_names_the_target_in_a_command_holds_no_password(live: Database) -> None:
    address = read(f"{live.admin} password=s3cret-word")

    target = dumped(address, [])

    assert not any("s3cret-word" in text for text in (*target.words, *target.notes, target.name))
    assert "dbname=" in target.words[0]


def test_a_database_that_may_not_be_read_is_told_as_pg_dump_says_it(live: Database) -> None:
    with live.administer() as session:
        session.execute("ALTER TABLE people OWNER TO CURRENT_USER")
        session.execute("REVOKE ALL ON people FROM PUBLIC")

    with pytest.raises(TroubleError, match="can't be read") as refused:
        dumped(ServerAddress(live.user), [])
    assert refused.value.code == "not-dumped"
    assert "permission denied" in refused.value.found


def test_a_server_that_no_pg_dump_here_can_read_is_told() -> None:
    with pytest.raises(TroubleError) as refused:
        find_programs.local(99, NOT_READ)
    assert refused.value.code == "not-read"
