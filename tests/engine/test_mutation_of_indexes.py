"""What may go wrong with indexes: which mutants, by which DDL, and what they deserve."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.engine.catalogs import Part, catalog, column, constraint, index, index_column, table
from vrss_contract.mutation.made import made
from vrss_contract.mutation.mutant import Mutant, Schema
from vrss_contract.mutation.operators import indexes

pytestmark = pytest.mark.once

ON = "INDEX i ON notes USING btree"


def _made(*parts: Part, name: str = "notes") -> Mapping[str, Mutant]:
    """The mutants of the index ``i`` of a table, by their ids without its name."""
    columns = (column("a"), column("b", "text"), column("d", "jsonb"))
    found = made(indexes.OPERATORS, Schema(catalog(table(name, *columns, *parts)))).mutants
    return {one.id.replace(f":{name}.i", ""): one for one in found}


def _index(*columns: str, **more: Any) -> Part:
    return index("i", *columns, **more)


def test_a_plain_index_is_spoilt_in_these_ways_and_no_others() -> None:
    found = {id_: one.ddl[1:] for id_, one in _made(_index("a")).items()}

    assert found == {
        "index-dropped": (),
        "index-unique": (f"CREATE UNIQUE {ON} (a NULLS LAST)",),
        "index-direction[a]": (f"CREATE {ON} (a DESC NULLS FIRST)",),
        "index-nulls[a]": (f"CREATE {ON} (a NULLS FIRST)",),
        "index-predicate[of no row]": (
            f"CREATE {ON} (a NULLS LAST) WHERE a IS NOT NULL AND false",
        ),
        "index-method[hash]": ("CREATE INDEX i ON notes USING hash (a)",),
        "index-method[brin]": ("CREATE INDEX i ON notes USING brin (a)",),
    }


def test_the_index_as_it_was_goes_before_the_other_comes() -> None:
    assert {one.ddl[0] for one in _made(_index("a")).values()} == {"DROP INDEX i"}


def test_the_index_of_a_table_in_another_schema_is_dropped_there() -> None:
    assert _made(_index("a"), name="care.notes")["index-dropped"].ddl == ("DROP INDEX care.i",)


@pytest.mark.parametrize(
    ("id_", "ddl"),
    [
        ("index-columns[without a]", f"CREATE {ON} (b NULLS LAST)"),
        ("index-columns[without b]", f"CREATE {ON} (a NULLS LAST)"),
        ("index-columns[a after b]", f"CREATE {ON} (b NULLS LAST, a NULLS LAST)"),
        ("index-direction[b]", f"CREATE {ON} (a NULLS LAST, b DESC NULLS FIRST)"),
    ],
)
def test_an_index_of_two_columns_is_of_others(id_: str, ddl: str) -> None:
    assert _made(_index("a", "b"))[id_].ddl[-1] == ddl


def test_an_index_that_falls_rises() -> None:
    falls = index_column("a", descending=True, nulls_first=True)

    found = _made(_index(columns=(falls,)))

    assert found["index-direction[a]"].ddl[-1] == f"CREATE {ON} (a NULLS LAST)"


def test_columns_that_an_index_takes_along_are_left_out() -> None:
    found = _made(_index("a", include=("b",)))

    assert found["index-include"].ddl[-1] == f"CREATE {ON} (a NULLS LAST)"


@pytest.mark.parametrize(
    ("what", "where"),
    [
        ("lost", ""),
        ("of no row", " WHERE false"),
        ("without (a > 1)", " WHERE ((b = 'x AND y'::text) OR (a < 9)) AND (b IS NOT NULL)"),
        ("without (b IS NOT NULL)", " WHERE (a > 1) AND ((b = 'x AND y'::text) OR (a < 9))"),
    ],
)
def test_an_index_of_some_rows_is_of_others(what: str, where: str) -> None:
    some = "((a > 1) AND ((b = 'x AND y'::text) OR (a < 9)) AND (b IS NOT NULL))"

    found = _made(_index("a", predicate=some))

    assert found[f"index-predicate[{what}]"].ddl[-1] == f"CREATE {ON} (a NULLS LAST){where}"


def test_an_index_of_one_condition_is_not_made_without_a_part_of_it() -> None:
    found = _made(_index("a", predicate="(a > 1)"))

    assert {one.what for one in found.values() if one.operator == "index-predicate"} == {
        *("lost", "of no row")
    }


def test_an_index_of_more_rows_refuses_and_answers_as_it_did() -> None:
    assert _made(_index("a", predicate="(a > 1)"))["index-predicate[lost]"].level == "should"


@pytest.mark.parametrize(
    ("keys", "level"),
    [((), "must"), ((constraint("notes_pkey", "primary key", "a"),), "should")],
    ids=["no-key", "a-key-of-its-columns"],
)
def test_a_unique_index_is_felt_where_no_key_says_the_same(
    keys: tuple[Part, ...], level: str
) -> None:
    assert _made(_index("a", "b"), *keys)["index-unique"].level == level


def test_a_unique_index_takes_rows_that_are_alike() -> None:
    found = _made(_index("a", unique=True))["index-unique"]

    assert found.ddl[-1] == f"CREATE {ON} (a NULLS LAST)"


def test_what_else_is_said_of_an_index_stays() -> None:
    strict = _index("a", "b", unique=True, nulls_distinct=False, options=("fillfactor=50",))

    assert _made(strict)["index-direction[a]"].ddl[-1] == (
        f"CREATE UNIQUE {ON} (a DESC NULLS FIRST, b NULLS LAST)"
        " NULLS NOT DISTINCT WITH (fillfactor=50)"
    )


@pytest.mark.parametrize(
    ("opclass", "other", "ddl"),
    [
        ("", "jsonb_path_ops", "(d jsonb_path_ops)"),
        ("jsonb_path_ops", "jsonb_ops", "(d)"),
    ],
)
def test_documents_are_indexed_by_the_other_operator_class(
    opclass: str, other: str, ddl: str
) -> None:
    found = _made(_index(method="gin", columns=(index_column("d", opclass=opclass),)))

    expected = f"CREATE INDEX i ON notes USING gin {ddl}"
    assert found[f"index-operators[{other}]"].ddl[-1] == expected


def test_texts_are_indexed_for_patterns() -> None:
    found = _made(_index("b", "a"))["index-operators[text_pattern_ops]"]

    assert found.ddl[-1] == f"CREATE {ON} (b text_pattern_ops NULLS LAST, a NULLS LAST)"


def test_an_index_of_another_method_has_no_order() -> None:
    assert {one.operator for one in _made(_index("a", method="gist")).values()} == {
        *("index-dropped", "index-predicate")
    }


def test_an_expression_is_called_as_it_is_spelt() -> None:
    lower = index_column("", expression="lower(b)", collation='"C"')

    found = _made(_index(columns=(lower,)))

    assert found["index-direction[lower(b)]"].ddl[-1] == (
        f'CREATE {ON} ((lower(b)) COLLATE "C" DESC NULLS FIRST)'
    )


def test_the_index_of_a_constraint_is_left_to_it() -> None:
    assert _made(_index("a", constraint="i")) == {}
