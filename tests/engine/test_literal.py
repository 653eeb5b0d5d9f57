"""A value of the contract is the same value once a server has read it."""

from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vrss_contract.sql.keywords import KEYWORDS
from vrss_contract.sql.literal import identifier, literal, named, parts, relation, text


@pytest.mark.parametrize(
    ("value", "type_", "sql"),
    [
        (None, "text", "NULL"),
        (True, "boolean", "TRUE"),
        (-3, "integer", "-3"),
        ("it's", "text", "'it''s'"),
        ("a\tb", "text", r"E'a\u0009b'"),
        ("back\\slash", "text", r"E'back\\slash'"),
        ([1, None], "bigint[]", "'{1,NULL}'"),
        ([[1], [2]], "bigint[]", "'{{1},{2}}'"),
        ({"a": "ü"}, "jsonb", '\'{"a": "ü"}\''),
        ([1], "jsonb", "'[1]'"),
    ],
)
def test_a_value_is_written_so_that_the_column_types_it(value: Any, type_: str, sql: str) -> None:
    assert literal(value, type_) == sql


def test_what_no_contract_can_hold_is_refused() -> None:
    with pytest.raises(TypeError, match="set"):
        literal({1})


@pytest.mark.parametrize(("name", "sql"), [("users", "users"), ("Odd", '"Odd"'), ('a"b', '"a""b"')])
def test_a_name_is_quoted_where_it_has_to_be(name: str, sql: str) -> None:
    assert identifier(name) == sql


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    value=st.text(alphabet=st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"))
)
def test_any_text_comes_back_as_it_was(value: str, loaded: psycopg.Connection) -> None:
    statement = f"SELECT {text(value)}::text"
    assert loaded.execute(statement.encode()).fetchone() == (value,)


@pytest.mark.parametrize("name", ["order", "user", "group", "values", "two words", "1st", "Ünde"])
def test_a_keyword_or_an_odd_name_is_quoted(name: str) -> None:
    assert identifier(name) == f'"{name}"'


@pytest.mark.parametrize(
    ("name", "sql"),
    [
        ("posts", "posts"),
        ("care.notes", "care.notes"),
        ("Audit.Changes", '"Audit"."Changes"'),
        ('"Mixed Case.Table"', '"Mixed Case.Table"'),
        ('care."a""b"', 'care."a""b"'),
    ],
)
def test_a_name_may_have_its_schema_before_it(name: str, sql: str) -> None:
    assert relation(name) == sql
    assert named(*parts(name)) == name


def test_every_keyword_of_the_server_is_quoted(loaded: psycopg.Connection[Any]) -> None:
    found = loaded.execute("SELECT word FROM pg_get_keywords() WHERE catcode <> 'U'").fetchall()
    assert {str(word) for (word,) in found} <= KEYWORDS
