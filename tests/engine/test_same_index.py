"""Which index of a target is a declared one: by what it is, and what serves in its place."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine.catalogs import catalog, column, index, index_column, promise, table
from vrss_contract.checks.table import Answer, Missing, judge_fact, same_index
from vrss_contract.checks.verdict import Finding
from vrss_contract.contract.model import Contract, Index, Key, Table

pytestmark = pytest.mark.once
NEWEST = Index("newest", ("author_id", "created_at desc"))
COLUMNS = tuple(map(column, ("author_id", "created_at", "id")))


def newest(name: str = "newest", **more: Any) -> Any:
    created = index_column("created_at", descending=True, nulls_first=True)
    columns = (index_column("author_id"), created, *more.pop("behind", ()))
    return index(name, columns=columns, **more)


def answers(expected: Index, *found: Any) -> tuple[Answer, Answer, Answer]:
    """On the index itself, on its being as declared, on its name."""
    there = catalog(table("posts", *COLUMNS, *found))
    whole, exact, named = (
        judge_fact(promise(aspect, expected), there)
        for aspect in ("index", "index_exact", "index_named")
    )
    return whole, exact, named


def test_an_index_of_another_name_is_told_as_renamed() -> None:
    renamed = Finding("newest has another name", "newest", "latest is it")

    assert answers(NEWEST, newest("latest")) == ((), (), (renamed,))


def test_a_missing_index_is_told_once() -> None:
    whole, exact, named = answers(NEWEST)

    assert whole != ()
    assert exact == named == Missing("index newest")


@pytest.mark.parametrize(
    "wider",
    [
        newest(behind=(index_column("id"),)),
        newest(include=("id",)),
        newest(unique=True),
        newest(options=("fillfactor=70",)),
        index(
            "newest",
            columns=(
                index_column("author_id", descending=True, nulls_first=True),
                index_column("created_at"),
            ),
        ),
    ],
    ids=["a column behind", "a column carried", "unique", "stored otherwise", "the other way"],
)
def test_what_serves_as_well_is_only_not_as_declared(wider: Any) -> None:
    whole, exact, named = answers(NEWEST, wider)

    assert whole == named == ()
    assert len(exact) if isinstance(exact, tuple) else 0


def test_an_index_of_every_row_serves_where_some_rows_are_declared() -> None:
    some = Index("newest", NEWEST.columns, where="id > 0")

    whole, exact, _ = answers(some, newest())

    assert whole == ()
    assert exact == (Finding("newest holds other rows", "where id > 0", "every row"),)


@pytest.mark.parametrize(
    "other",
    [
        index("newest", "author_id", "created_at"),
        index("newest", "id", "author_id"),
        newest(predicate="(id > 0)"),
        newest(method="hash"),
        newest(valid=False),
        newest(ready=False),
    ],
    ids=["half turned", "other columns", "fewer rows", "method", "invalid", "not ready"],
)
def test_what_does_not_serve_is_not_the_index(other: Any) -> None:
    whole, exact, _ = answers(NEWEST, other)

    assert whole != ()
    assert exact == Missing("index newest")


def test_a_column_that_is_to_be_carried_may_be_a_column_behind() -> None:
    carrying = Index("newest", NEWEST.columns, include=("id",))

    assert answers(carrying, newest())[0] != ()
    assert answers(carrying, newest(behind=(index_column("id"),)))[0] == ()


@pytest.mark.parametrize(
    "looser",
    [
        newest(),
        newest(unique=True, behind=(index_column("id"),)),
        newest("key", predicate="id > 0"),
    ],
    ids=["not unique", "of more columns", "of fewer rows"],
)
def test_a_unique_index_is_kept_by_none_that_refuses_other_rows(looser: Any) -> None:
    unique = Index("newest", NEWEST.columns, unique=True)

    assert answers(unique, looser)[0] != ()


def test_a_unique_index_may_carry_more() -> None:
    unique = Index("newest", NEWEST.columns, unique=True)

    assert answers(unique, newest(unique=True, include=("id",)))[0] == ()


def test_the_index_of_a_key_serves_and_is_no_rename() -> None:
    declared = Index("by_author", ("author_id",))
    key = index("posts_key", "author_id", "id", unique=True, constraint="posts_key")

    whole, exact, named = answers(declared, key)

    assert whole == ()
    assert exact != ()
    assert named == Missing("index by_author")


def test_what_stands_for_a_declared_index_is_no_extra_one() -> None:
    posts = Table("posts", 1, "A post.", (), (), indexes=(NEWEST,))
    there = catalog(table("posts", *COLUMNS, newest("latest")))
    twice = catalog(table("posts", *COLUMNS, newest(), newest("latest")))

    assert judge_fact(promise("indexes", posts), there) == ()
    (extra,) = judge_fact(promise("indexes", posts), twice)  # type: ignore[misc] # no Missing
    assert extra.because == "latest is not in the contract"


def test_declared_indexes_and_keys_are_found_by_what_they_are() -> None:
    key = Key("posts_key", ("author_id",))
    posts = Table("posts", 1, "A post.", (), (key,), indexes=(NEWEST, Index("gone", ("id",))))
    there = catalog(
        table("posts", *COLUMNS, newest("latest"), index("unique", "author_id", unique=True))
    )

    found = same_index.names(Contract({"posts": posts}, {}, {}, ()), there)

    assert found == {
        "newest": frozenset({"latest"}),
        "posts_key": frozenset({"unique"}),
        "gone": frozenset({"gone"}),
    }
