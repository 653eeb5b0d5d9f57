"""Databases filled with drawn rows, and the smallest rows that break an invariant."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from tests.engine import tiny
from tests.engine.fills import TABLES
from vrss_contract.contract.model import Contract
from vrss_contract.data.dataset.fill import fill
from vrss_contract.data.generated import types
from vrss_contract.data.generated.dataset import GeneratedDataset
from vrss_contract.data.generated.strategy import smallest_breaking_rows
from vrss_contract.database.invariants import Invariants
from vrss_contract.database.scratch import Database, Databases
from vrss_contract.target import sqlfile

pytestmark = pytest.mark.once
_ROWS = 12
_DRAWN = "SELECT id, username, email, status, created_at FROM users ORDER BY id"


def generated(session: psycopg.Connection, contract: Contract, seed: int = 0) -> GeneratedDataset:
    with session.transaction():
        facts = types.read(session)
    return GeneratedDataset(contract, facts, _ROWS, seed)


@pytest.fixture
def filled(fresh_session: psycopg.Connection, contract: Contract) -> GeneratedDataset:
    dataset = generated(fresh_session, contract)
    fill(fresh_session, dataset, TABLES)
    return dataset


def test_every_table_gets_its_rows(filled: GeneratedDataset) -> None:
    assert filled.tallies.keys() == set(TABLES)
    assert [one for one in filled.tallies.values() if one.taken < one.wanted] == []


@pytest.mark.usefixtures("filled")
def test_what_triggers_count_is_right(
    fresh_session: psycopg.Connection, contract: Contract
) -> None:
    assert Invariants(contract, fresh_session).counterexamples() == []


@pytest.mark.usefixtures("filled")
def test_the_same_seed_gives_the_same_rows(
    fresh_session: psycopg.Connection,
    databases: Databases,
    untouched: Database,
    contract: Contract,
) -> None:
    again = databases.create(untouched)
    with again.connect() as session:
        fill(session, generated(session, contract), TABLES)
        rows = session.execute(_DRAWN).fetchall()
    databases.drop(again)

    assert rows == fresh_session.execute(_DRAWN).fetchall()


def test_another_seed_has_another_digest(
    fresh_session: psycopg.Connection, contract: Contract
) -> None:
    one, other = (generated(fresh_session, contract, seed) for seed in (1, 2))

    assert one.digest != other.digest


_OVERLAP = """
- id: stays
  kind: table
  says: Who is in the only room.
  columns:
    - {name: id, type: bigserial}
    - {name: arrives, type: date}
    - {name: leaves, type: date}
  keys: [{name: stays_pkey, primary: [id]}]
  checks:
    - name: stays_end
      expression: |
        arrives < leaves
- id: invariant.alone
  kind: invariant
  level: must
  says: Nobody is there at the same time as another.
  object: stays.arrives
  source: here
  query: |
    SELECT a.id FROM stays AS a INNER JOIN stays AS b
    ON a.id < b.id AND a.arrives < b.leaves AND b.arrives < a.leaves
  attempts:
    - because: one
      steps: ["INSERT INTO stays (arrives, leaves) VALUES ('2024-01-01', '2024-01-02')"]
"""
_STAYS = (
    "CREATE TABLE stays (id bigserial PRIMARY KEY, arrives date NOT NULL, leaves date NOT NULL,"
    " CONSTRAINT stays_end CHECK (arrives < leaves){more});"
)
_APART = ", EXCLUDE USING gist (daterange(arrives, leaves) WITH &&)"


@pytest.mark.parametrize(
    ("more", "sizes"), [("", {"stays": 2}), (_APART, {})], ids=["allows", "excludes"]
)
def test_the_smallest_rows_that_break_an_invariant_are_found(
    databases: Databases, tmp_path: Path, more: str, sizes: dict[str, int]
) -> None:
    contract = tiny.contract(tmp_path, _OVERLAP)
    schema = tiny.KEEPS + _STAYS.format(more=more)
    database = databases.load(sqlfile.parse(schema, name="tiny.sql"))

    found = smallest_breaking_rows(contract, database, "invariant.alone", examples=100)

    databases.drop(database)
    assert {table: len(rows) for table, rows in (found.rows if found else {}).items()} == sizes
