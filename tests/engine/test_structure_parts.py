"""Constraints, indexes and triggers against their declarations, where no drift does it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine.catalogs import (
    catalog,
    column,
    constraint,
    foreign_key,
    index,
    index_column,
    promise,
    table,
    trigger,
)
from vrss_contract.checks.table import judge_fact
from vrss_contract.checks.verdict import Finding
from vrss_contract.contract.model import Check, ForeignKey, Index, Key, Table, Trigger

PKEY = Key("posts_pkey", ("id",), primary=True)
LINK = ForeignKey("posts_user_id_fkey", "user_id", "users", "cascade")
USER = column("user_id")
POSTS = Table("posts", 1, "A post.", (), (PKEY,))
ADDED = Trigger(
    "added", "after", ("insert", "update of b, a"), "row", "count", when="NEW.type <> OLD.type"
)


def findings(aspect: str, expected: Any, *parts: Any) -> tuple[Finding, ...]:
    answer = judge_fact(promise(aspect, expected), catalog(table("posts", *parts)))
    assert isinstance(answer, tuple)
    return answer


def test_a_key_rests_on_an_index_that_works() -> None:
    broken = index("posts_pkey", "id", valid=False)
    key = constraint("posts_pkey", "primary key", "id", index="posts_pkey")

    expected = Finding("posts_pkey is not usable", "valid", "not valid")
    assert findings("key", PKEY, key, broken) == (expected,)


def test_a_key_takes_no_null_for_a_value() -> None:
    unique = Key("posts_slug_key", ("slug",))
    key = constraint("posts_slug_key", "unique", "slug", index="posts_slug_key")
    strict = index("posts_slug_key", "slug", nulls_distinct=False)

    expected = Finding(
        "posts_slug_key takes NULL for a value", "nulls distinct", "nulls not distinct"
    )
    assert findings("key", unique, key, strict) == (expected,)


def test_a_foreign_key_matches_simply() -> None:
    found = foreign_key("posts_user_id_fkey", "user_id", "users", match="full")

    expected = Finding("posts_user_id_fkey matches otherwise", "match simple", "match full")
    assert findings("foreign_key", LINK, found) == (expected,)


def test_a_check_by_the_name_of_a_foreign_key_is_no_foreign_key() -> None:
    found = constraint("posts_user_id_fkey", "check", "user_id")

    expected = Finding("posts_user_id_fkey is of another kind", "foreign key", "check")
    assert findings("foreign_key", LINK, found) == (expected,)


def test_a_check_is_read_with_the_columns_types() -> None:
    expected = Check("positive", "n > '5'")
    text = constraint("positive", "check", "n", expression="((n)::text > '5'::text)")

    assert findings("check", expected, column("n", "text"), text) == ()
    assert findings("check", expected, column("n", "integer"), text) != ()


def test_a_check_is_shown_on_one_line() -> None:
    found = constraint("positive", "check", "n", expression="\nCASE\n  WHEN n THEN 1\nEND")

    (finding,) = findings("check", Check("positive", "n\n  > 0"), found)

    assert (finding.expected, finding.found) == ("n > 0", "CASE WHEN n THEN 1 END")


@pytest.mark.parametrize(
    "serving", [index("i", "user_id"), index("i", "user_id", "created_at", method="hash")]
)
def test_a_whole_index_that_begins_with_the_column_serves_a_delete(serving: Any) -> None:
    assert findings("delete_index", LINK, USER, serving) == ()


@pytest.mark.parametrize(
    "useless",
    [
        index("i", "created_at", "user_id"),
        index("i", "user_id", predicate="(deleted_at IS NULL)"),
        index("i", "user_id", valid=False),
        index("i", "user_id", ready=False),
        index("i", "user_id", method="brin"),
        index("i", "user_id", columns=(index_column("", expression="(user_id + 1)"),)),
    ],
)
def test_no_other_index_serves_a_delete(useless: Any) -> None:
    (finding,) = findings("delete_index", LINK, USER, useless)

    assert finding.because == "deleting from users reads the whole of posts"
    assert finding.expected == "an index that begins with user_id, not partial"


def test_an_index_is_the_same_in_other_words() -> None:
    expected = Index("i", ("created_at desc",), where="status IN ('a', 'b')")
    found = index(
        "i",
        columns=(index_column("created_at", descending=True, nulls_first=True),),
        predicate="(status = ANY (ARRAY['b'::text, 'a'::text]))",
    )

    assert findings("index", expected, found) == ()


def test_every_difference_of_an_index_is_told() -> None:
    found = index("i", "b", method="hash", unique=True, include=("c",), ready=False)

    told = findings("index", Index("i", ("a",), where="a > 0"), found)

    assert told == (
        Finding("i is of another method", "btree", "hash"),
        Finding("i is on other columns", "a", "b"),
        Finding("i includes other columns", "none", "c"),
        Finding("i holds other rows", "where a > 0", "every row"),
        Finding("i is of another kind", "not unique", "unique"),
        Finding("i is not usable", "valid", "invalid"),
    )


def test_a_trigger_is_the_same_in_other_words() -> None:
    found = trigger(
        "added",
        events=("insert", "update"),
        columns=("a", "b"),
        each="row",
        when="(old.type <> new.type)",
    )

    assert findings("trigger", ADDED, found) == ()


def test_every_difference_of_a_trigger_is_told() -> None:
    found = trigger("added", timing="before", arguments=("x",), deferrable=True, old_table="o")

    assert findings("trigger", ADDED, found) == (
        Finding("added fires at another time", "after", "before"),
        Finding("added fires on other events", "insert or update of a, b", "insert"),
        Finding("added fires another number of times", "for each row", "for each statement"),
        Finding("added fires in other cases", "when NEW.type <> OLD.type", "always"),
        Finding("added calls another function", "count()", "count('x')"),
        Finding("added names its old rows otherwise", "no name", "o"),
        Finding("added may fire later", "at once", "deferrable"),
    )


def test_the_index_of_a_constraint_is_no_extra_index() -> None:
    own = index("posts_pkey", "id", constraint="posts_pkey")

    assert findings("indexes", POSTS, own) == ()


def test_an_exclusion_is_an_extra_constraint() -> None:
    extra = constraint("apart", "exclude", "span")

    expected = Finding("apart is not in the contract", "no such constraint", "EXCLUDE (span)")
    assert findings("constraints", POSTS, extra) == (expected,)


@pytest.mark.parametrize("kind", ["partitioned table", "partition", "foreign table"])
def test_a_table_is_an_ordinary_one(kind: str) -> None:
    answer = judge_fact(promise("table", POSTS), catalog(table(kind=kind)))

    assert answer == (Finding("posts is of another kind", "table", kind),)
