"""What may go wrong with columns: which mutants, by which DDL, and what they deserve."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.engine import catalogs
from tests.engine.catalogs import Part, column, constraint, foreign_key, index, trigger
from vrss_contract.contract.model import Column, Contract, Table
from vrss_contract.mutation.made import made
from vrss_contract.mutation.mutant import Mutant, Schema
from vrss_contract.mutation.operators import columns

pytestmark = pytest.mark.once

ALTER = "ALTER TABLE notes ALTER COLUMN n "


def _made(*parts: Part, contract: Contract | None = None) -> Mapping[str, Mutant]:
    """The mutants of a table's columns, by id."""
    schema = Schema(catalogs.catalog(catalogs.table("notes", *parts)), {}, contract)
    return {one.id: one for one in made(columns.OPERATORS, schema).mutants}


def _of(
    operator: str, *parts: Part, contract: Contract | None = None
) -> dict[str, tuple[str, str]]:
    """What an operator makes of the column ``n``: its last statement and its level."""
    found = _made(*parts, contract=contract).values()
    return {one.what: (one.ddl[-1], one.level) for one in found if one.operator == operator}


def test_each_operator_makes_these_of_a_plain_column_and_no_others() -> None:
    assert {id_: one.level for id_, one in _made(column("n")).items()} == {
        "not-null-dropped:notes.n": "must",
        "default-added:notes.n[0]": "should",
        "type-narrowed:notes.n[integer]": "must",
        "type-widened:notes.n[numeric]": "should",
        "column-dropped:notes.n": "must",
        "column-renamed:notes.n": "must",
        "column-generated:notes.n": "must",
        "column-added:notes[nullable]": "may",
        "column-added:notes[with a default]": "may",
        "column-added:notes[NOT NULL without a default]": "must",
        "column-added:notes[unique with a default]": "must",
    }


@pytest.mark.parametrize(
    ("id_", "ddl"),
    [
        ("not-null-dropped:notes.n", f"{ALTER}DROP NOT NULL"),
        ("column-dropped:notes.n", "ALTER TABLE notes DROP COLUMN n CASCADE"),
        ("column-renamed:notes.n", "ALTER TABLE notes RENAME COLUMN n TO mutated"),
        (
            "column-generated:notes.n",
            "ALTER TABLE notes ADD COLUMN n bigint GENERATED ALWAYS AS (NULL::bigint) STORED",
        ),
        ("column-added:notes[nullable]", "ALTER TABLE notes ADD COLUMN mutated text"),
        ("type-widened:notes.n[numeric]", f"{ALTER}TYPE numeric USING n::numeric"),
    ],
)
def test_a_column_is_spoilt_by_a_statement(id_: str, ddl: str) -> None:
    assert _made(column("n"))[id_].ddl[-1] == ddl


def test_a_column_that_may_be_null_has_to_have_a_value() -> None:
    assert _of("not-null-added", column("n", nullable=True)) == {
        "": (f"{ALTER}SET NOT NULL", "must")
    }


@pytest.mark.parametrize(
    "parts",
    [
        (column("n"), constraint("notes_pkey", "primary key", "n")),
        (column("n", identity="always"),),
    ],
    ids=["primary-key", "identity"],
)
def test_what_can_never_be_null_stays_so(parts: tuple[Part, ...]) -> None:
    assert _of("not-null-dropped", *parts) == {}


@pytest.mark.parametrize(
    ("type_", "default", "others"),
    [
        ("bigint", "5", {"6", "4"}),
        ("bigint", "-1", {"0", "-2"}),
        ("bigint", "nextval('a')", set()),
        ("boolean", "true", {"false"}),
        ("boolean", "false", {"true"}),
        ("text", "'a'::text", {"'x'"}),
        ("jsonb", "'{}'::jsonb", {"'[]'::jsonb", "'null'::jsonb"}),
        ("bigint[]", "'{}'::bigint[]", {"'{1}'"}),
        (
            "timestamp with time zone",
            "now()",
            {"clock_timestamp()", "'-infinity'", "now() - interval '1 hour'"},
        ),
        ("uuid", "gen_random_uuid()", set()),
    ],
)
def test_a_default_becomes_another_value_of_its_type(
    type_: str, default: str, others: set[str]
) -> None:
    found = _of("default-changed", column("n", type_, default=default))

    assert found == {one: (f"{ALTER}SET DEFAULT {one}", "must") for one in others}


def test_a_default_is_dropped() -> None:
    assert _of("default-dropped", column("n", default="5")) == {
        "": (f"{ALTER}DROP DEFAULT", "must")
    }


@pytest.mark.parametrize(
    ("type_", "nullable", "added", "level"),
    [
        ("integer", True, "0", "must"),
        ("integer", False, "0", "should"),
        ("boolean", True, "false", "must"),
        ("text", True, "''", "must"),
        ("character varying(5)", False, "''", "should"),
        ("bigint[]", True, "'{}'", "must"),
    ],
)
def test_a_default_is_felt_where_nothing_has_to_be_said(
    type_: str, added: str, level: str, *, nullable: bool
) -> None:
    found = _of("default-added", column("n", type_, nullable=nullable))

    assert found == {added: (f"{ALTER}SET DEFAULT {added}", level)}


def test_numbers_that_the_server_gives_have_no_other_default() -> None:
    made_ = _made(column("n", identity="by default"))

    assert [one for one in made_ if one.startswith("default-")] == []


def test_what_is_calculated_takes_no_default_no_type_and_no_null() -> None:
    made_ = _made(column("n", generated="stored", default="(1)"))

    assert {one.partition(":")[0] for one in made_} == {
        *("column-dropped", "column-renamed", "column-added")
    }


@pytest.mark.parametrize(
    ("type_", "others"),
    [
        ("integer", {"smallint": "must", "bigint": "should"}),
        ("smallint", {"integer": "should"}),
        ("text", {"varchar(100)": "must", "varchar(10)": "must"}),
        ("date", {"timestamptz": "must"}),
        ("uuid", {"text": "must"}),
        ("jsonb", {"json": "must", "text": "must"}),
        ("boolean", {"text": "must", "smallint": "must"}),
        ("bytea", {}),
        (
            "character varying(5)",
            {
                "character varying(6)": "should",
                "character varying(4)": "must",
                "character(5)": "must",
                "text": "should",
            },
        ),
        ("numeric(8,2)", {"numeric(9,2)": "should", "numeric(7,2)": "must"}),
    ],
)
def test_a_column_is_of_another_type(type_: str, others: dict[str, str]) -> None:
    made_ = _made(column("n", type_)).values()
    sorts = {"type-narrowed", "type-widened", "length-changed"}

    assert {one.what: one.level for one in made_ if one.operator in sorts} == others


def test_a_length_is_felt_by_no_text_where_all_that_are_taken_are_shorter() -> None:
    listed = Column("n", "varchar(5)", values=("a", "bcd"))
    promised = Contract({"notes": Table("notes", 1, "A note.", (listed,), ())}, {}, {}, ())

    found = _of("length-changed", column("n", "character varying(5)"), contract=promised)

    assert {level for _, level in found.values()} == {"should"}


@pytest.mark.parametrize(
    ("type_", "default", "to", "ddl"),
    [
        (
            *("bigint", "5", "integer"),
            (
                f"{ALTER}DROP DEFAULT",
                f"{ALTER}TYPE integer USING n::integer",
                f"{ALTER}SET DEFAULT (5)::integer",
            ),
        ),
        (
            *("boolean", "true", "smallint"),
            (
                f"{ALTER}DROP DEFAULT",
                f"{ALTER}TYPE smallint USING (CASE WHEN n THEN 1 ELSE 0 END)::smallint",
                f"{ALTER}SET DEFAULT (CASE WHEN (true) THEN 1 ELSE 0 END)::smallint",
            ),
        ),
    ],
)
def test_a_default_is_put_back_under_the_other_type(
    type_: str, default: str, to: str, ddl: tuple[str, ...]
) -> None:
    assert _made(column("n", type_, default=default))[f"type-narrowed:notes.n[{to}]"].ddl == ddl


def test_what_hangs_on_a_column_is_made_again_under_the_other_type() -> None:
    hanging = (
        index("i", "m", predicate="(n IS NOT NULL)", definition="CREATE INDEX i"),
        index("j", "n", definition="CREATE INDEX j"),
        constraint("few", "check", "n", definition="CHECK (n)"),
        trigger("named", columns=("n",), definition="CREATE TRIGGER named"),
        trigger("asked", when="(new.n = 1)", definition="CREATE TRIGGER asked"),
        trigger("other", definition="CREATE TRIGGER other"),
    )

    assert _made(column("n", "uuid"), *hanging)["type-narrowed:notes.n[text]"].ddl == (
        "DROP INDEX i",
        "ALTER TABLE notes DROP CONSTRAINT few",
        "DROP TRIGGER named ON notes",
        "DROP TRIGGER asked ON notes",
        f"{ALTER}TYPE text USING n::text",
        "CREATE INDEX i",
        "ALTER TABLE notes ADD CONSTRAINT few CHECK (n)",
        "CREATE TRIGGER named",
        "CREATE TRIGGER asked",
    )


def test_a_column_of_a_constraint_can_not_be_calculated() -> None:
    few = constraint("few", "check", "n")

    assert _of("column-generated", column("n"), few) == {}


def test_a_boolean_is_calculated_as_false() -> None:
    ((ddl, _),) = _of("column-generated", column("n", "boolean")).values()

    assert ddl.endswith("AS (FALSE::boolean) STORED")


def test_a_column_that_refers_bears_on_the_table_that_it_refers_to() -> None:
    made_ = _made(column("n"), foreign_key("notes_n_fkey", "n", "users"))

    assert made_["not-null-dropped:notes.n"].tables == ("notes", "users")
