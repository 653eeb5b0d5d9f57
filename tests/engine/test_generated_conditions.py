"""What a CHECK asks of columns, read from its expression."""

from __future__ import annotations

from random import Random

import pytest

from vrss_contract.data.generated.conditions import UNKNOWN, Asked, chosen, columns, named, read

NOT_NULL, NULL = Asked("a", "null", "no"), Asked("a", "null", "yes")


@pytest.mark.parametrize(
    ("expression", "asked"),
    [
        ("a > 0", [Asked("a", ">", "0")]),
        ("0 < a", [Asked("a", ">", "0")]),
        ("NOT a > 0", [Asked("a", "<=", "0")]),
        ("a BETWEEN -1 AND 5", [Asked("a", ">=", "-1"), Asked("a", "<=", "5")]),
        ("a >= '2020-01-01'::date", [Asked("a", ">=", "2020-01-01")]),
        ("a < b", [Asked("a", "<", other="b")]),
        ("a IS NOT NULL", [NOT_NULL]),
        ("a", [Asked("a", "=", "true")]),
        ("coalesce(a > 0, FALSE)", [Asked("a", ">", "0")]),
        ("CASE WHEN a > 0 THEN TRUE ELSE FALSE END", [Asked("a", ">", "0")]),
        ("length(a) >= 3", [Asked("a", ">=", "3", "length")]),
        ("char_length(btrim(a)) > 0", [Asked("a", ">", "0", "trimmed")]),
        ("btrim(a) <> ''", [Asked("a", "<>", "", "trimmed")]),
        ("cardinality(a) <= 10", [Asked("a", "<=", "10", "items")]),
        ("array_length(a, 1) = 2", [Asked("a", "=", "2", "items")]),
        ("upper(a) = a", [Asked("a", "=", measure="upper")]),
        ("a ~ '^x$'::text", [Asked("a", "~", "^x$")]),
        ("a LIKE 'x_%'", [Asked("a", "~", "^x..*$")]),
        ("jsonb_typeof(a) = 'object'", [Asked("a", "=", "object", "json type")]),
    ],
)
def test_a_form_that_is_known_asks_something(expression: str, asked: list[Asked]) -> None:
    found = list(chosen(read(expression), Random(0)))

    assert sorted(found, key=str) == sorted(asked, key=str)


@pytest.mark.parametrize(
    ("expression", "ways"),
    [
        ("a IN (1, 2)", {Asked("a", "=", "1"), Asked("a", "=", "2")}),
        ("a = ANY (ARRAY['x', 'y']::text[])", {Asked("a", "=", "x"), Asked("a", "=", "y")}),
        ("a IS NULL OR a > 0", {NULL, Asked("a", ">", "0")}),
        ("NOT (a > 0 AND a < 5)", {Asked("a", "<=", "0"), Asked("a", ">=", "5")}),
    ],
)
def test_each_alternative_is_chosen_now_and_then(expression: str, ways: set[Asked]) -> None:
    condition, random = read(expression), Random(0)

    assert {one for _ in range(50) for one in chosen(condition, random)} == ways


def test_of_columns_that_are_counted_so_many_are_filled() -> None:
    condition, random = read("num_nonnulls(a, b) = 1"), Random(0)

    found = {tuple(one.constant for one in chosen(condition, random)) for _ in range(50)}

    assert found == {("yes", "no"), ("no", "yes")}


@pytest.mark.parametrize("expression", ["f(a)", "a % 2 = 0", "(", "a = b + 1"])
def test_a_form_that_is_not_known_asks_nothing(expression: str) -> None:
    assert list(chosen(read(expression), Random(0))) == []


def test_what_is_not_known_keeps_what_is_beside_it() -> None:
    assert list(chosen(read("f(a) AND b > 0"), Random(0))) == [Asked("b", ">", "0")]


def test_columns_are_those_that_something_is_asked_of() -> None:
    assert columns(read("a < b OR c IS NULL")) == {"a", "b", "c"}
    assert columns(UNKNOWN) == frozenset()


def test_columns_of_an_expression_are_named() -> None:
    assert named("lower(label) || other") == {"label", "other"}
