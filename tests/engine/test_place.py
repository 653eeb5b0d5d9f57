"""Where the doctor looks for the contract's tables, and the contract as it speaks of them there."""

from __future__ import annotations

import pytest

from vrss_contract.contract.model import (
    Clause,
    Contract,
    FactPromise,
    Function,
    TriggerPromise,
    TriggerStep,
)
from vrss_contract.contract.moved import moved
from vrss_contract.database.place import chosen
from vrss_contract.errors import MISUSED, TroubleError

pytestmark = pytest.mark.once

_KEPT = Function(
    "kept", 1, "", "trigger", "plpgsql", "BEGIN END", search_path="pg_catalog, public, pg_temp"
)


@pytest.mark.parametrize(
    ("counts", "path", "asked", "schema"),
    [
        ({"public": 21}, ["public"], "", "public"),
        ({}, ["public"], "", "public"),
        ({"app": 21}, ["app", "public"], "", "app"),
        ({"app": 21, "public": 1}, ["app", "public"], "", "app"),
        ({"app": 1, "public": 21}, ["app", "public"], "", "public"),
        ({"app": 21, "public": 21}, ["app", "public"], "", "public"),
        ({"app": 21, "public": 21}, ["public"], "app", "app"),
        ({"public": 3, "other": 21}, ["public"], "", "public"),
    ],
)
def test_the_schema_with_most_of_the_tables_is_looked_in(
    counts: dict[str, int], path: list[str], asked: str, schema: str
) -> None:
    assert chosen(counts, path, "public", asked, 21).schema == schema


def test_another_schema_than_the_contracts_is_told() -> None:
    assert chosen({"app": 2}, ["app"], "public", "", 2).note == (
        "looked in the schema app, which the DSN or the role's search_path names"
    )
    assert chosen({"app": 2}, ["app"], "public", "app", 2).note == ""


def test_a_database_without_any_of_the_tables_is_told() -> None:
    assert chosen({}, ["public"], "public", "", 21).note == (
        "none of the 21 declared tables is in the database"
    )


def test_tables_that_are_elsewhere_are_told_with_the_option_to_give() -> None:
    with pytest.raises(TroubleError) as caught:
        chosen({"My App": 20, "old": 3}, ["public"], "public", "", 21)

    assert caught.value.exit_code == MISUSED
    assert "20 of 21 in the schema My App" in str(caught.value)
    assert "--schema 'My App'" in str(caught.value)


def test_the_paths_of_functions_move_with_the_tables() -> None:
    clause = Clause("f", "table", "should", "", FactPromise("function", "", "kept", _KEPT))
    contract = Contract({}, {}, {"kept": _KEPT}, (clause,))

    there = moved(contract, "App")

    assert there.schemas == ("App",)
    path = 'pg_catalog, "App", pg_temp'
    assert there.functions["kept"].search_path == path
    promise = there.clauses[0].promise
    assert isinstance(promise, FactPromise)
    assert promise.expected.search_path == path


def test_qualified_names_and_paths_in_the_sql_of_clauses_move_too() -> None:
    step = TriggerStep(
        "INSERT INTO public.posts VALUES ('public.')", settings={"search_path": "pg_temp, public"}
    )
    promise = TriggerPromise((step,))
    contract = Contract({}, {}, {}, (Clause("t", "trigger", "must", "In public.", promise),))

    clause = moved(contract, "app").clauses[0]

    assert isinstance(clause.promise, TriggerPromise)
    (there,) = clause.promise.steps
    assert there.do == "INSERT INTO app.posts VALUES ('public.')"
    assert there.settings == {"search_path": "pg_temp, app"}
    assert clause.says == "In public."
