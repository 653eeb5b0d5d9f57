"""What is missing of a contract, what touches it, and what stands in for it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.engine import catalogs
from vrss_contract.contract.model import Column, Contract, Enum, Key, Table
from vrss_contract.database.catalog.facts import Catalog
from vrss_contract.database.missing import MissingThing, missing, stand_ins, touched

pytestmark = pytest.mark.once
PEOPLE = Table(
    name="people",
    phase=0,
    says="",
    columns=(
        Column("id", "bigserial"),
        Column("name", "text"),
        Column("seen_at", "timestamptz", nullable=True),
        Column("mood", "mood", default="'good'"),
    ),
    keys=(Key("people_pkey", ("id",), primary=True),),
)
VISITS = replace(PEOPLE, name="visits", columns=(PEOPLE.columns[0], PEOPLE.columns[2]))
CONTRACT = Contract(
    tables={"people": PEOPLE, "visits": VISITS},
    enums={"mood": Enum("mood", 0, "", ("good", "bad"))},
    functions={},
    clauses=(),
)
SEEN = MissingThing("column", "seen_at", "people")


def catalog(*columns: str) -> Catalog:
    """The table of people with these columns, and nothing else."""
    made = [catalogs.column(name) for name in columns]
    return Catalog(tables={"people": catalogs.table("people", *made)})


def test_of_a_missing_table_no_column_is_told() -> None:
    found = missing(CONTRACT, catalog("id", "name", "mood"))

    assert [str(one) for one in found] == [
        "enum mood is missing",
        "table visits is missing",
        "column people.seen_at is missing",
    ]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT seen_at FROM people",
        "SELECT p.* FROM people AS p",
        "SELECT name FROM people AS p WHERE EXISTS (SELECT FROM visits WHERE p.seen_at IS NULL)",
        "WITH p AS (SELECT * FROM people) SELECT name FROM p",
        "SELECT to_jsonb(p) FROM people AS p",
        "INSERT INTO people (seen_at) VALUES (now())",
    ],
)
def test_what_reads_a_missing_column_touches_it(query: str) -> None:
    assert touched([query], [SEEN], CONTRACT) is SEEN


@pytest.mark.parametrize(
    "query",
    [
        "SELECT name, count(*) FROM people GROUP BY name",
        "SELECT v.seen_at FROM people AS p JOIN visits AS v ON v.id = p.id",
        "SELECT * FROM visits",
        "SELECT v.* FROM visits AS v JOIN people AS p USING (id) WHERE p.name = $1",
        "UPDATE people SET name = 'x'",
    ],
)
def test_what_does_not_read_it_leaves_it_alone(query: str) -> None:
    assert touched([query], [SEEN], CONTRACT) is None


def test_something_stands_in_for_all_that_is_missing() -> None:
    there = catalog("id", "name")

    assert [*stand_ins(CONTRACT, there)] == [
        "CREATE TYPE public.mood AS ENUM ('good', 'bad')",
        "CREATE TABLE public.visits (id bigserial, seen_at timestamptz, PRIMARY KEY (id))",
        "ALTER TABLE public.people ADD COLUMN seen_at timestamptz",
        "ALTER TABLE public.people ADD COLUMN mood mood DEFAULT 'good'",
    ]


def test_a_column_beyond_the_declared_need_not_be_said() -> None:
    whole = replace(catalog(*(one.name for one in PEOPLE.columns), "beyond"), enums={"mood": ()})
    alone = replace(CONTRACT, tables={"people": PEOPLE})

    assert [*stand_ins(alone, whole)] == [
        "ALTER TABLE public.people ALTER COLUMN beyond DROP NOT NULL"
    ]
