"""Where a target makes each of its objects."""

from __future__ import annotations

import pytest

from tests import paths
from vrss_contract.contract.model import Contract
from vrss_contract.target import sqlfile
from vrss_contract.target.places import TargetLine, TargetLines

pytestmark = pytest.mark.once


def places(script: str) -> dict[str, int]:
    found = TargetLines.of(sqlfile.parse(script, name="t.sql")).by_name
    return {name: place.line for name, place in found.items()}


@pytest.mark.parametrize(
    ("script", "names"),
    [
        ("CREATE TABLE IF NOT EXISTS public.t (a int)", {"t": 1, "t.a": 1}),
        ("CREATE TABLE t (\n a int,\n b numeric(1, 2)\n)", {"t": 1, "t.a": 2, "t.b": 3}),
        ('CREATE TABLE "T" (\n"a b" int)', {"T": 1, "T.a b": 2}),
        (
            "CREATE TABLE t (\na int CONSTRAINT c CHECK (a > 0),\nCONSTRAINT d UNIQUE (a, b)\n)",
            {"t": 1, "t.a": 2, "c": 2, "d": 3},
        ),
        ("CREATE TABLE t (a int,\nPRIMARY KEY (a),\nCHECK (a > 0))", {"t": 1, "t.a": 1}),
        ("CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a)", {"i": 1}),
        ("CREATE INDEX ON t (a)", {}),
        ("CREATE OR REPLACE FUNCTION app.f(a int) RETURNS int LANGUAGE sql AS ''", {"f": 1}),
        ("CREATE CONSTRAINT TRIGGER g AFTER INSERT ON t EXECUTE FUNCTION f()", {"g": 1}),
        ("CREATE TYPE e AS ENUM ('a')", {"e": 1}),
        ("ALTER TABLE ONLY t\nADD COLUMN IF NOT EXISTS a int,\nADD b int", {"t.a": 2, "t.b": 3}),
        (
            "ALTER TABLE t ADD CONSTRAINT c CHECK (f(a, b)),\nALTER a SET NOT NULL",
            {"c": 1, "t.a": 2},
        ),
        ("ALTER TABLE t RENAME COLUMN a TO b", {"t.b": 1}),
        ("ALTER INDEX i RENAME TO j", {"j": 1}),
        ("SELECT 1", {}),
    ],
)
def test_a_statement_names_what_it_makes(script: str, names: dict[str, int]) -> None:
    assert places(f"{script};") == names


def test_what_changes_an_object_later_is_its_place() -> None:
    script = "CREATE TABLE t (\na int);\nALTER TABLE t ALTER COLUMN a TYPE bigint;"

    assert places(script) == {"t": 1, "t.a": 3}


@pytest.mark.parametrize("names", [["t.missing"], ["t_a_key"], ["unknown", "t"]])
def test_what_is_not_there_has_the_place_of_its_table(names: list[str]) -> None:
    found = TargetLines.of(sqlfile.parse("SELECT 1;\nCREATE TABLE t (a int);", name="t.sql"))

    assert found.find(names) == TargetLine("t.sql", 2)


def test_each_table_column_and_index_of_the_contract_has_its_place(contract: Contract) -> None:
    found = TargetLines.of(sqlfile.read(paths.schema())).by_name
    tables = contract.tables.values()
    wanted = {f"{table.name}.{column.name}" for table in tables for column in table.columns}

    assert wanted <= found.keys()
    assert {index.name for table in tables for index in table.indexes} <= found.keys()
    assert contract.functions.keys() <= found.keys()
    assert contract.enums.keys() <= found.keys()
