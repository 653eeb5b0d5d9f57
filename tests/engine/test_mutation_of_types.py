"""How texts compare, and the labels of types: which mutants, by which DDL, what they deserve."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.engine import catalogs
from tests.engine.catalogs import Part, column, trigger
from vrss_contract.mutation.made import made
from vrss_contract.mutation.mutant import Mutant, Schema
from vrss_contract.mutation.operators import collations, types

pytestmark = pytest.mark.once


def _made(*parts: Part, **more: Any) -> Mapping[str, Mutant]:
    """The mutants of a table's columns and their types, by id."""
    schema = Schema(catalogs.catalog(catalogs.table("notes", *parts), **more))
    operators = (*collations.OPERATORS, *types.OPERATORS)
    return {one.id: one for one in made(operators, schema).mutants}


@pytest.mark.parametrize(
    ("type_", "collation", "is_made"),
    [
        ("text", "", True),
        ("character varying(5)", '"de"', True),
        ("character(5)", '"C"', False),
        ("bigint", "", False),
    ],
)
def test_texts_compare_as_bytes_where_they_do_not(
    type_: str, collation: str, *, is_made: bool
) -> None:
    found = _made(column("n", type_, collation=collation)).values()

    ddl = f'ALTER TABLE notes ALTER n TYPE {type_} COLLATE pg_catalog."C"'
    assert [(one.ddl, one.level) for one in found] == ([((ddl,), "must")] if is_made else [])


def test_a_trigger_on_a_column_is_made_again_under_the_other_collation() -> None:
    named = trigger("named", columns=("n",), definition="CREATE TRIGGER named")

    assert _made(column("n", "text"), named)["column-collation:notes.n"].ddl == (
        "DROP TRIGGER named ON notes",
        'ALTER TABLE notes ALTER n TYPE text COLLATE pg_catalog."C"',
        "CREATE TRIGGER named",
    )


def test_the_labels_of_a_type_are_more_others_and_in_another_order() -> None:
    found = _made(column("n", "mood"), enums={"mood": ("good", "bad")})

    rename = "ALTER TYPE mood RENAME VALUE"
    own = {id_: (one.ddl, one.level) for id_, one in found.items() if one.object == "mood"}
    assert own == {
        "label-added:mood": (("ALTER TYPE mood ADD VALUE 'mutated'",), "should"),
        "label-added:mood[BEFORE 'good']": (
            ("ALTER TYPE mood ADD VALUE 'mutated' BEFORE 'good'",),
            "should",
        ),
        "label-renamed:mood[good]": ((f"{rename} 'good' TO 'mutated'",), "must"),
        "label-renamed:mood[bad]": ((f"{rename} 'bad' TO 'mutated'",), "must"),
        "labels-exchanged:mood[good, bad]": (
            (
                f"{rename} 'good' TO 'mutated'",
                f"{rename} 'bad' TO 'good'",
                f"{rename} 'mutated' TO 'bad'",
            ),
            "should",
        ),
        "type-renamed:mood": (("ALTER TYPE mood RENAME TO mutated",), "should"),
    }


def test_a_type_without_labels_has_none_to_rename() -> None:
    own = [one for one in _made(column("n"), enums={"mood": ()}) if ":mood" in one]

    assert own == ["label-added:mood", "type-renamed:mood"]


def test_what_is_calculated_compares_as_it_does() -> None:
    assert _made(column("n", "text", generated="stored", default="('a')")) == {}


def test_the_columns_of_a_foreign_table_are_another_servers() -> None:
    there = catalogs.table("notes", column("n", "text"), kind="foreign table")

    assert made(collations.OPERATORS, Schema(catalogs.catalog(there))).mutants == ()


@pytest.mark.parametrize(
    ("type_", "tables"), [("mood", ("notes",)), ("mood[]", ("notes",)), ("text", ())]
)
def test_a_type_bears_on_the_tables_that_have_a_column_of_it(
    type_: str, tables: tuple[str, ...]
) -> None:
    found = _made(column("n", type_), enums={"mood": ("good",)})

    assert found["type-renamed:mood"].tables == tables
