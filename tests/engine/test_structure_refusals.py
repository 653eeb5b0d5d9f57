"""What is there beyond the declared, and whether it can refuse, change or swallow a legal row."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine.catalogs import (
    Part,
    catalog,
    column,
    constraint,
    foreign_key,
    function,
    index,
    index_column,
    promise,
    table,
    trigger,
)
from vrss_contract.checks.table import judge_fact
from vrss_contract.contract.model import Column, ForeignKey, Index, Key, Table, Trigger

pytestmark = pytest.mark.once

POSTS = Table(
    "posts",
    1,
    "A post.",
    (Column("id", "bigint"), Column("user_id", "bigint")),
    (Key("posts_pkey", ("id",), primary=True),),
    (ForeignKey("posts_user_id_fkey", "user_id", "users"),),
    (),
    (Index("idx_posts_once", ("user_id",), unique=True),),
    (Trigger("touch", "before", ("update",), "row", "touch"),),
)
OWN = (column("id"), column("user_id"))
NOTES = "BEGIN INSERT INTO audit SELECT 1; RETURN NULL; END"


def _refusing(*parts: Part, **more: Any) -> list[str]:
    """What of these parts is found fault with."""
    rules = more.pop("rules", ())
    found = catalog(table("posts", *OWN, *parts, rules=rules), **more)
    answer = judge_fact(promise("refusals", POSTS), found)
    assert isinstance(answer, tuple)
    return [one.because.removesuffix(" is not in the contract") for one in answer]


def _check(expression: str) -> list[str]:
    return _refusing(constraint("more", "check", expression=f"({expression})"))


def test_a_table_as_it_is_declared_refuses_nothing_more() -> None:
    key = constraint("posts_pkey", "primary key", "id")

    assert _refusing(key, foreign_key("posts_user_id_fkey", "user_id", "users")) == []


@pytest.mark.parametrize(
    "expression",
    [
        "n > 0",
        "n >= '-5'::integer",
        "(n IS NULL) OR (n < 3)",
        "n IS NOT NULL AND n <= 7",
        "n BETWEEN 1 AND 9",
        "n = ANY (ARRAY['a'::text, 'b'::text])",
        "(n)::text = ANY (ARRAY['a'::text])",
        "n IN (1, 2)",
    ],
)
def test_a_check_of_one_column_against_constants_is_seen_by_rows_at_its_bounds(
    expression: str,
) -> None:
    assert _check(expression) == []


@pytest.mark.parametrize(
    ("why", "expression"),
    [
        ("two columns", "n > m"),
        ("no column", "extract(isodow FROM now()) <> 7"),
        ("one value", "n = 5"),
        ("a hole", "n < 3 OR n > 5"),
        ("a list of what is refused", "NOT (n = ANY (ARRAY['a'::text]))"),
        ("a function", "length(n) > 5"),
        ("a cast that fails", "(n)::integer > 5"),
        ("what can't be read", "n >"),
        ("an inequality", "n <> 5"),
        ("a bound of time", "n > '2000-01-01 00:00:00+00'::timestamp with time zone"),
        ("a bound of texts", "(n)::text <= 'zz'::text"),
    ],
)
def test_a_check_that_rows_at_its_bounds_do_not_show_can_refuse(why: str, expression: str) -> None:
    assert _check(expression) == ["more"], why


def test_a_key_of_more_columns_than_a_declared_one_refuses_no_more_than_that() -> None:
    assert _refusing(constraint("more", "unique", "id", "user_id")) == []


def test_a_key_of_other_columns_refuses_rows() -> None:
    assert _refusing(constraint("more", "unique", "user_id")) == ["more"]


def test_a_key_to_which_nulls_are_alike_refuses_rows() -> None:
    alike = constraint("more", "unique", "id", definition="UNIQUE NULLS NOT DISTINCT (id)")

    assert _refusing(alike) == ["more"]


@pytest.mark.parametrize("kind", ["foreign key", "exclude", "trigger"])
def test_a_constraint_that_asks_for_other_rows_refuses_some(kind: str) -> None:
    assert _refusing(constraint("more", kind, "id", references="users")) == ["more"]


@pytest.mark.parametrize(
    ("of", "to"), [("id", "users"), ("user_id", "people")], ids=["other-column", "other-table"]
)
def test_a_foreign_key_under_a_declared_name_that_asks_for_other_rows_refuses(
    of: str, to: str
) -> None:
    assert _refusing(foreign_key("posts_user_id_fkey", of, to)) == ["posts_user_id_fkey"]


def test_a_check_under_the_name_of_a_foreign_key_is_no_business_of_refusals() -> None:
    assert _refusing(constraint("posts_user_id_fkey", "check", "id", expression="id > 0")) == []


def test_a_unique_index_of_other_columns_refuses_rows() -> None:
    assert _refusing(index("more", "place", unique=True)) == ["more"]


def test_a_unique_index_of_an_expression_refuses_rows() -> None:
    lower = index_column("", expression="lower(id)")

    assert _refusing(index("more", unique=True, columns=(lower,))) == ["more"]


def test_a_unique_index_of_the_columns_of_a_key_to_which_nulls_are_alike_refuses_rows() -> None:
    assert _refusing(index("more", "id", unique=True, nulls_distinct=False)) == ["more"]


@pytest.mark.parametrize(
    "more",
    [
        index("more", "id", "user_id", unique=True),
        index("more", "user_id"),
        index("idx_posts_once", "user_id", unique=True),
        index("more", "user_id", unique=True),
        index("more", "user_id", unique=True, constraint="more"),
    ],
    ids=["implied", "not-unique", "declared", "declared-by-another-name", "of-a-constraint"],
)
def test_an_index_that_refuses_nothing_of_its_own_is_none_of_its_business(more: Part) -> None:
    assert _refusing(more) == []


def test_a_rule_refuses_rows() -> None:
    assert _refusing(rules=("nothing",)) == ["nothing"]


def test_a_trigger_that_only_notes_elsewhere_refuses_nothing() -> None:
    assert _refusing(trigger("more"), functions=(function("count", body=NOTES),)) == []


@pytest.mark.parametrize(
    "body",
    [
        "BEGIN RAISE EXCEPTION 'no'; END",
        "BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NULL; END",
        "BEGIN EXECUTE 'x'; RETURN NULL; END",
        "BEGIN UPDATE posts SET id = 1; RETURN NULL; END",
        "BEGIN DELETE FROM audit; RETURN NULL; END",
        "BEGIN INSERT INTO audit SELECT 1 / 0; RETURN NULL; END",
        "BEGIN INSERT INTO audit SELECT 'a'::integer; RETURN NULL; END",
    ],
)
def test_a_trigger_that_can_fail_wait_or_write_over_rows_refuses(body: str) -> None:
    assert _refusing(trigger("more"), functions=(function("count", body=body),)) == ["more"]


def test_a_trigger_before_the_statement_can_swallow_it() -> None:
    notes = (function("count", body=NOTES),)

    assert _refusing(trigger("more", timing="before"), functions=notes) == ["more"]


def test_a_trigger_that_may_wait_for_the_commit_refuses_there() -> None:
    notes = (function("count", body=NOTES),)

    assert _refusing(trigger("more", deferrable=True), functions=notes) == ["more"]


def test_a_trigger_whose_function_is_not_read_may_do_anything() -> None:
    assert _refusing(trigger("more")) == ["more"]


def test_a_trigger_in_a_language_that_nobody_reads_may_do_anything() -> None:
    unread = (function("count", language="c", body="count"),)

    assert _refusing(trigger("more"), functions=unread) == ["more"]


@pytest.mark.parametrize("name", ["touch", "renamed"])
def test_a_declared_trigger_that_fires_now_and_then_is_told(name: str) -> None:
    moody = trigger(name, function="touch", when="(random() < 0.5)")

    assert _refusing(moody) == [f"{name} fires now and then"]


def test_a_declared_trigger_under_a_steady_condition_is_as_it_was() -> None:
    assert _refusing(trigger("touch", function="touch", when="(new.id > 1)")) == []


@pytest.mark.parametrize(
    ("more", "refuses"),
    [
        (column("more"), True),
        (column("more", nullable=True), False),
        (column("more", default="0"), False),
        (column("more", identity="always"), False),
        (column("more", generated="stored", default="(id + 1)"), False),
        (column("more", generated="stored", default="(1 / id)"), True),
        (column("more", generated="stored", default="(id)::integer"), True),
        (column("more", generated="stored", default="(id)::text"), False),
        (column("more", "mood", nullable=True), True),
    ],
    ids=[
        *("not-null", "nullable", "default", "identity", "sum", "quotient", "cast"),
        *("cast-to-text", "domain"),
    ],
)
def test_a_column_more_refuses_where_it_has_to_be_filled_or_can_fail(
    more: Part, *, refuses: bool
) -> None:
    found = _refusing(more, others=(("domain", "mood"),))

    assert found == (["posts.more"] if refuses else [])


@pytest.mark.parametrize("name", ["posts_pkey", "posts_user_id_fkey"])
def test_a_declared_key_that_refuses_at_the_commit_is_told(name: str) -> None:
    late = {"deferrable": True, "deferred": True}
    parts = {
        "posts_pkey": constraint("posts_pkey", "primary key", "id", **late),
        "posts_user_id_fkey": foreign_key("posts_user_id_fkey", "user_id", "users", **late),
    }

    assert _refusing(parts[name]) == [f"{name} refuses late"]
