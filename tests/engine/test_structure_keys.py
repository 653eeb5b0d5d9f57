"""What keeps a declared key, and which index beside the declared ones can refuse a row."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.engine.catalogs import catalog, column, index, index_column, promise, table
from vrss_contract.checks.table import judge_fact
from vrss_contract.contract.model import Column, ForeignKey, Index, Key, Table

pytestmark = pytest.mark.once

POSTS = Table(
    "posts",
    1,
    "Somebody.",
    (Column("id", "bigint"), Column("name", "varchar(30)"), Column("about", "text")),
    (Key("people_pkey", ("id",), primary=True), Key("people_name_key", ("name", "born"))),
    (ForeignKey("people_of_fkey", "of", "posts"),),
    (),
    (Index("idx_people_about", ("about desc",)),),
)
OWN = (column("id"), column("name", "character varying(30)"), column("about", "text"))
FIRST = index("people_pkey", "id", unique=True)


def _expression(text: str, **more: Any) -> Any:
    return replace(index("more", **more), columns=(index_column("", expression=text),))


def _found(aspect: str, *indexes: Any, expected: Table = POSTS) -> list[str]:
    answer = judge_fact(promise(aspect, expected), catalog(table("posts", *OWN, *indexes)))
    assert isinstance(answer, tuple)
    return [one.because for one in answer]


LOST = ["two rows of posts may be alike in name, born"]


@pytest.mark.parametrize(
    "second",
    [
        index("people_name_key", "name", "born", unique=True),
        index("people_name_key", "born", "name", unique=True),
        index("another", "name", unique=True),
        _expression("lower((name)::text)", unique=True),
    ],
    ids=["as declared", "turned", "stricter", "of what is calculated"],
)
def test_a_key_is_kept_by_any_unique_index_of_no_other_columns(second: Any) -> None:
    assert _found("keys", FIRST, second) == []


@pytest.mark.parametrize(
    "second",
    [
        index("people_name_key", "name", "born"),
        index("people_name_key", "name", "born", "id", unique=True),
        index("people_name_key", "name", "born", unique=True, predicate="(id > 5)"),
        index("people_name_key", "name", "born", unique=True, valid=False),
        _expression("concat(name, about)", unique=True),
        _expression("lower((", unique=True),
        _expression("random()", unique=True),
    ],
    ids=["not unique", "one more", "partial", "invalid", "of another", "unread", "of none"],
)
def test_a_key_is_not_kept_by_less(second: Any) -> None:
    assert _found("keys", FIRST, second) == LOST


@pytest.mark.parametrize(("nullable", "lost"), [(True, True), (False, False)])
def test_nulls_that_are_to_be_alike_are_kept_so(*, nullable: bool, lost: bool) -> None:
    alike = replace(POSTS, keys=(Key("people_name_key", ("name",), nulls_distinct=False),))
    name = column("name", "character varying(30)", nullable=nullable)
    kept = index("people_name_key", "name", unique=True)
    found = catalog(table("posts", column("id"), name, kept))

    assert bool(judge_fact(promise("keys", alike), found)) is lost


@pytest.mark.parametrize(
    "more",
    [
        index("more", "id"),
        index("more", "name"),
        index("more", "about", method="hash"),
        index("idx_people_about", "about"),
        _expression("lower((name)::text)"),
        _expression("md5(about)"),
        _expression("to_tsvector('english'::regconfig, about)", method="gin"),
        index("more", "id", predicate="(name IS NOT NULL)"),
        index("more", "id", predicate="(kind = 'a'::people_type)"),
        index("more", "id", "about", unique=True, method="hash"),
    ],
)
def test_an_index_that_takes_every_row_refuses_none(more: Any) -> None:
    assert _found("refusals", FIRST, more) == []


@pytest.mark.parametrize(
    "more",
    [
        index("more", "about", "id"),
        index("more", "about", method="brin"),
        index("more", "readers"),
        index("more", "id", include=("bio",)),
        _expression("lower(bio)"),
        _expression("(100 / (id - 5))"),
        _expression("(name)::integer"),
        _expression("own_function(name)"),
        index("more", "id", predicate="((name)::integer > 5)"),
        index("more", "name", unique=True),
        _expression("lower((name)::text)", unique=True),
    ],
)
def test_an_index_that_can_refuse_a_row_is_found_fault_with(more: Any) -> None:
    longer = (Column("bio", "text"), Column("readers", "bigint[]"))
    known = Index("idx_people_readers", ("readers",), method="gin")
    long = replace(POSTS, columns=(*POSTS.columns, *longer), indexes=(known,))

    found = _found("refusals", FIRST, more, expected=long)

    assert found == ["more is not in the contract"]
