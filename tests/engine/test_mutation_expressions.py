"""What a part of a query, or of a check, could be by mistake: one change, by its name."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import contracts
from vrss_contract.mutation.expressions.changes import changes, unchanged

pytestmark = pytest.mark.once


def _made(sql: str) -> dict[str, str]:
    return {one.name: one.sql for one in changes(sql, contracts.library())}


@pytest.mark.parametrize(
    ("name", "condition", "becomes"),
    [
        ("without a = 1", "a = 1 AND b = 2", "b = 2"),
        ("OR between ... a = 1 and b = 2", "a = 1 AND b = 2", "(a = 1) OR (b = 2)"),
        ("AND between ... a = 1 and b = 2", "a = 1 OR b = 2", "(a = 1) AND (b = 2)"),
        ("a < 1 -> a <= 1", "a < 1", "a <= 1"),
        ("a >= 1 -> a > 1", "a >= 1", "a > 1"),
        ("a <> 1 -> a = 1", "a <> 1", "a = 1"),
        ("1 -> 2", "a < 1", "a < 2"),
        ("1 -> 0", "a < 1", "a < 0"),
        ("0.5 -> 1.5", "a < 0.5", "a < 1.5"),
        ("0.5 -> -0.5", "a < 0.5", "a < -0.5"),
        ("a IS NULL -> NOT a IS NULL", "a IS NULL", "NOT a IS NULL"),
        ("NOT a IS NULL -> a IS NULL", "NOT a IS NULL", "a IS NULL"),
        ("EXISTS(...) -> NOT EXISTS(...)", "EXISTS(SELECT 1)", "NOT EXISTS(SELECT 1)"),
        ("IN without 1", "a IN (1, 2)", "a IN (2)"),
        ("COALESCE(a, b) -> b", "COALESCE(a, b)", "b"),
        ("LEAST(a, b) -> GREATEST(a, b)", "LEAST(a, b) = 1", "GREATEST(a, b) = 1"),
        ("GREATEST(a, b) -> a", "GREATEST(a, b) = 1", "a = 1"),
        ("a + b -> a - b", "a + b = c", "a - b = c"),
        ("a - b -> b", "a - b = c", "b = c"),
        ("a @> b -> a && b", "a @> b", "a && b"),
        ("a @> b -> b @> a", "a @> b", "b @> a"),
        ("a = TRUE: False", "a = TRUE", "a = FALSE"),
        ("'x' -> 'xx'", "a = 'x'", "a = 'xx'"),
        ("'fiction' -> 'history'", "a = 'fiction'", "a = 'history'"),
        ("'infinity' -> '-infinity'", "a = 'infinity'", "a = '-infinity'"),
        ("'-infinity' -> 'infinity'", "a = '-infinity'", "a = 'infinity'"),
        ("title -> isbn in title = a", "title = a", "isbn = a"),
        (":one -> :two in a = :one", "a = :one AND b = :two", "a = :two AND b = :two"),
        ("(a, b) > (1, c) -> b > c", "(a, b) > (1, c)", "b > c"),
        ("(a, b) > (1, c) -> (a > 1 AND b > c)", "(a, b) > (1, c)", "(a > 1 AND b > c)"),
        ("(a, b, c) = (d, e, f) -> (a, c) = (d, f)", "(a, b, c) = (d, e, f)", "(a, c) = (d, f)"),
        ("list without 'a'", "b = ANY(ARRAY['a', 'c'])", "b = ANY(ARRAY['c'])"),
        ("list with ax", "b = ANY(ARRAY['a', 'c'])", "b = ANY(ARRAY['a', 'c', 'ax'])"),
        ("pattern of a not from the start", "a ~ '^b$'", "a ~ 'b$'"),
        ("pattern of a not to the end", "a ~ '^b$'", "a ~ '^b'"),
        ("pattern of a, case folded", "a ~ '^b$'", "a ~* '^b$'"),
        ("pattern of a, case folded", "a ~* '^b$'", "a ~ '^b$'"),
        ("pattern of a {2,5} -> {3,5}", "a ~ 'b{2,5}'", "a ~ 'b{3,5}'"),
        ("pattern of a {2} -> {1}", "a ~ 'b{2}'", "a ~ 'b{1}'"),
        ("pattern of a class 1 without a-z", "a ~ '[a-z0-9]'", "a ~ '[0-9]'"),
        ("pattern of a class 2 with a space", "a ~ '[a][b]'", "a ~ '[a][b ]'"),
        ("pattern of a + -> *", "a ~ 'b+'", "a ~ 'b*'"),
        ("pattern of a * -> +", "a ~ 'b*'", "a ~ 'b+'"),
        ("pattern of a not to the end", "a ~ CAST('b$' AS TEXT)", "a ~ CAST('b' AS TEXT)"),
    ],
)
def test_a_condition_is_changed_in_one_place(name: str, condition: str, becomes: str) -> None:
    made = _made(f"SELECT isbn FROM books WHERE {condition}")

    assert made[name] == unchanged(f"SELECT isbn FROM books WHERE {becomes}")


@pytest.mark.parametrize(
    ("name", "query", "becomes"),
    [
        ("without a = 1", "SELECT b FROM t WHERE a = 1", "SELECT b FROM t"),
        ("without MAX(a) = 1", "SELECT b FROM t HAVING MAX(a) = 1", "SELECT b FROM t"),
        ("without WHERE a", "SELECT COUNT(*) FILTER (WHERE a) FROM t", "SELECT COUNT(*) FROM t"),
        ("without DISTINCT", "SELECT DISTINCT a FROM t", "SELECT a FROM t"),
        ("without its lock", "SELECT a FROM t FOR UPDATE", "SELECT a FROM t"),
        ("a -> NULL", "SELECT a, b FROM t", "SELECT NULL AS a, b FROM t"),
        (
            "selected updated_at -> deleted_at",
            "SELECT updated_at FROM books",
            "SELECT deleted_at AS updated_at FROM books",
        ),
        ("without ORDER BY a", "SELECT a FROM t ORDER BY a", "SELECT a FROM t"),
        ("ORDER without b", "SELECT a FROM t ORDER BY a, b", "SELECT a FROM t ORDER BY a"),
        ("a -> a DESC", "SELECT b FROM t ORDER BY a", "SELECT b FROM t ORDER BY a DESC"),
        (
            "deleted_at -> deleted_at ASC NULLS FIRST",
            "SELECT isbn FROM books ORDER BY deleted_at",
            "SELECT isbn FROM books ORDER BY deleted_at ASC NULLS FIRST",
        ),
        (
            "without a ORDER BY b",
            "SELECT ARRAY_AGG(a ORDER BY b) FROM t",
            "SELECT ARRAY_AGG(a) FROM t",
        ),
        ("without LIMIT 2", "SELECT a FROM t LIMIT 2", "SELECT a FROM t"),
        ("LIMIT 2 -> LIMIT 1", "SELECT a FROM t LIMIT 2", "SELECT a FROM t LIMIT 1"),
        ("OFFSET 2 -> OFFSET 3", "SELECT a FROM t OFFSET 2", "SELECT a FROM t OFFSET 3"),
        (
            "FETCH FIRST 3 ROWS WITH TIES -> FETCH FIRST 3 ROWS ONLY",
            "SELECT a FROM t ORDER BY a FETCH FIRST 3 ROWS WITH TIES",
            "SELECT a FROM t ORDER BY a FETCH FIRST 3 ROWS ONLY",
        ),
        (
            "UNION DISTINCT instead",
            "SELECT a FROM t UNION ALL SELECT b FROM u",
            "SELECT a FROM t UNION SELECT b FROM u",
        ),
        (
            "UNION ALL instead",
            "SELECT a FROM t UNION SELECT b FROM u",
            "SELECT a FROM t UNION ALL SELECT b FROM u",
        ),
        (
            "the second part of UNION alone",
            "SELECT a FROM t UNION SELECT b FROM u",
            "SELECT b FROM u",
        ),
        (
            "JOIN u ON t.a = u.a -> LEFT JOIN",
            "SELECT b FROM t JOIN u ON t.a = u.a",
            "SELECT b FROM t LEFT JOIN u ON t.a = u.a",
        ),
        (
            "LEFT JOIN u ON t.a = u.a -> INNER JOIN",
            "SELECT b FROM t LEFT JOIN u ON t.a = u.a",
            "SELECT b FROM t INNER JOIN u ON t.a = u.a",
        ),
        (
            "without t.a = u.a",
            "SELECT b FROM t JOIN u ON t.a = u.a",
            "SELECT b FROM t JOIN u ON TRUE",
        ),
        (
            "CROSS JOIN u -> LEFT JOIN",
            "SELECT b FROM t CROSS JOIN u",
            "SELECT b FROM t LEFT JOIN u ON TRUE",
        ),
        ("SUM(a) -> MAX(a)", "SELECT SUM(a) FROM t", "SELECT MAX(a) FROM t"),
        ("SUM(a) -> SUM(DISTINCT a)", "SELECT SUM(a) FROM t", "SELECT SUM(DISTINCT a) FROM t"),
        ("COUNT(*) -> COUNT(*) - 1", "SELECT COUNT(*) FROM t", "SELECT COUNT(*) - 1 FROM t"),
    ],
)
def test_a_query_is_changed_in_one_place(name: str, query: str, becomes: str) -> None:
    assert _made(query)[name] == unchanged(becomes)


@pytest.mark.parametrize(
    ("told", "query"),
    [
        ("NULLS", "SELECT isbn FROM books ORDER BY title"),
        ("* ->", "SELECT COUNT(*) FROM books"),
        ("IN without", "SELECT a FROM t WHERE b IN (1)"),
        ("COUNT(*) ->", "SELECT COUNT(*) FILTER (WHERE a) FROM t"),
        ("pattern", "SELECT isbn FROM books WHERE title ~ (isbn || sort_title)"),
        ("pattern", "SELECT isbn FROM books WHERE title ~ CAST(isbn AS TEXT)"),
        ("", "SELECT b.* FROM books AS b"),
        ("list", "SELECT a FROM t WHERE b = ANY(ARRAY['c'])"),
        (" in b = c", "SELECT a FROM t WHERE b = c"),
    ],
    ids=[
        *("order-of-what-is-never-null", "star", "list-of-one-value", "filtered-count"),
        *(
            "calculated-pattern",
            "pattern-of-a-column",
            "every-column",
            "array-of-one-value",
            "columns-of-an-unknown-table",
        ),
    ],
)
def test_nothing_is_made_that_would_be_refused_or_mean_the_same(told: str, query: str) -> None:
    assert [one for one in _made(query) if one.startswith(told) or one.endswith(told)] == []


def test_a_part_that_is_long_is_called_by_its_beginning() -> None:
    long = "x" * 200

    assert f"'{long}"[:100] + "... -> " in next(
        one for one in _made(f"SELECT a FROM t WHERE b = '{long}'") if one.startswith("'x")
    )


def test_a_query_in_a_query_is_left_out_of_what_a_part_is_called() -> None:
    nested = "EXISTS(SELECT 1 FROM t WHERE EXISTS(SELECT 2 FROM u))"

    assert "EXISTS(...) -> NOT EXISTS(...)" in _made(f"SELECT a FROM t WHERE {nested}")


def test_a_change_that_is_called_as_another_is_numbered() -> None:
    assert "1 -> 2 (2)" in _made("SELECT a FROM t WHERE b = 1 AND c = 1")


_PARTS = st.sampled_from(["a = 1", "b IS NULL", "c ~ '^x$'", "d IN (1, 2)", "NOT e", "f + 1 > 2"])


@settings(max_examples=30)
@given(parts=st.lists(_PARTS, min_size=1, max_size=4), word=st.sampled_from([" AND ", " OR "]))
def test_no_change_leaves_the_query_as_it_was_or_is_that_of_another(
    parts: list[str], word: str
) -> None:
    query = f"SELECT g FROM t WHERE {word.join(parts)}"

    made = [one.sql for one in changes(query, contracts.library())]

    assert len({unchanged(query), *made}) == len(made) + 1
