"""A script falls into the statements that a server would see."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vrss_contract.sql.split import statements, tokens

HIDING_PLACES = [
    "SELECT 'a;b'",
    "SELECT 'it''s; so'",
    r"SELECT E'\';'",
    'SELECT ";"',
    "SELECT 1 /* ; /* ; */ ; */ + 1",
    "SELECT 1 -- ;\n + 1",
    "DO $$ BEGIN NULL; END $$",
    "DO $body$ BEGIN PERFORM $$;$$; END $body$",
    "CREATE RULE r AS ON INSERT TO t DO ALSO (SELECT 1; SELECT 2)",
    "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END",
    "PREPARE p AS SELECT $1::int",
    "SELECT e.c FROM e",
]


@pytest.mark.parametrize("statement", HIDING_PLACES)
def test_a_hidden_semicolon_ends_nothing(statement: str) -> None:
    found = [one.text for one in statements(f"{statement};\nSELECT 2;")]
    assert found == [statement, "SELECT 2"]


def test_a_statement_stands_on_the_line_of_its_first_token() -> None:
    script = "-- a comment\n\n/* and\nanother */ SELECT\n1;\nSELECT 2"
    assert [one.line for one in statements(script)] == [4, 6]


def test_empty_statements_are_none() -> None:
    assert statements(" ; ;; -- nothing\n ; /* at all */") == ()


@pytest.mark.parametrize("script", ["SELECT 'open", 'SELECT "open', "SELECT $$open", "SELECT /* o"])
def test_what_is_never_closed_reaches_to_the_end(script: str) -> None:
    assert [one.text for one in statements(f"{script}; more")] == [f"{script}; more"]


@given(st.text(alphabet="ae'\";$-*/\\()\n1", max_size=60))
def test_tokens_joined_are_the_script_again(script: str) -> None:
    assert "".join(token.text for token in tokens(script)) == script


@given(st.lists(st.sampled_from(HIDING_PLACES), max_size=6), st.sampled_from([";", ";\n", " ; "]))
def test_joined_statements_come_apart_again(parts: list[str], between: str) -> None:
    script = between.join([*parts, ""])
    assert [one.text for one in statements(script)] == parts


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_a_comment_ends_with_its_line_whatever_ends_a_line(end: str) -> None:
    (found,) = statements(f"-- a comment;{end}SELECT 1;{end}")
    assert (found.text, found.line) == ("SELECT 1", 2)


def test_a_string_goes_on_in_the_mode_in_which_it_began() -> None:
    assert len(statements("SELECT E'a'\n'b\\';c'; SELECT 2")) == 2


def test_a_setting_of_the_script_says_how_its_strings_are_read() -> None:
    script = r"SET standard_conforming_strings = off; SELECT 'a\'; b'; SELECT 2"
    assert len(statements(script)) == 3


def test_a_no_break_space_is_part_of_a_name() -> None:
    assert [token.text for token in tokens("a\u00a0$$;$$")] == ["a\u00a0$$", ";", "$$"]


def test_begin_holds_semicolons_in_a_routine_alone() -> None:
    assert len(statements("BEGIN; CREATE FUNCTION f() BEGIN ATOMIC; SELECT 1; END; COMMIT")) == 3


def test_a_line_for_psql_stands_for_itself() -> None:
    found = [one.text for one in statements("SELECT 1; \\echo a; b\nSELECT 2")]
    assert found == ["SELECT 1", "\\echo a; b", "SELECT 2"]
