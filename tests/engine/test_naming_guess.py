"""What is taken for what, by catalog and shape, and what is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.engine import catalogs
from vrss_contract.contract.model import Column, Contract, Enum, Function, Key, Table, Trigger
from vrss_contract.database.catalog.facts import Catalog
from vrss_contract.database.naming.guess import guessed
from vrss_contract.target import Rename

pytestmark = pytest.mark.once
POSTS = Table(
    name="posts",
    phase=0,
    says="",
    columns=(
        Column("id", "bigserial"),
        Column("user_name", "text"),
        Column("state", "mood"),
        Column("likes", "integer"),
    ),
    keys=(Key("posts_pkey", ("id",), primary=True),),
    triggers=(Trigger("counted", "after", ("insert",), "statement", "count_likes"),),
)
CONTRACT = Contract(
    tables={"posts": POSTS},
    enums={"mood": Enum("mood", 0, "", ("good", "bad"))},
    functions={
        "count_likes": Function(
            "count_likes", 0, "", "trigger", "plpgsql", "UPDATE posts SET x = 1"
        )
    },
    clauses=(),
)
COLUMNS = {
    "id": catalogs.column("id", default="nextval('posts_id_seq'::regclass)"),
    "user_name": catalogs.column("user_name", "text"),
    "state": catalogs.column("state", "mood"),
    "likes": catalogs.column("likes", "integer"),
}
CALLS = catalogs.trigger("counted", function="count_likes")


def catalog(  # noqa: PLR0913 - one for each thing that has a name
    *columns: str,
    table: str = "posts",
    enum: str = "mood",
    function: str = "count_likes",
    body: str = "UPDATE posts SET x = 1",
    trigger: str = "counted",
    type_: str = "integer",
) -> Catalog:
    """The contract's things under these names; the columns in the order of the declared ones."""
    declared = zip(columns or COLUMNS, COLUMNS.values(), strict=True)
    made = [replace(column, name=name) for name, column in declared]
    made[2] = replace(made[2], type=enum if enum.islower() else f'"{enum}"')
    made[3] = replace(made[3], type=type_)
    calls = catalogs.trigger(trigger, function=function)
    return Catalog(
        tables={table: catalogs.table(table, *made, calls)},
        enums={enum: ("good", "bad")},
        functions=(catalogs.function(function, body=body),),
    )


@pytest.mark.parametrize(
    ("there", "found"),
    [
        (catalog(), ()),
        (
            catalog("id", "userName", "state", "likes"),
            (Rename("column", "user_name", "userName", "posts"),),
        ),
        (
            catalog("id", "user_name", "state", "hearts"),
            (Rename("column", "likes", "hearts", "posts"),),
        ),
        (catalog(table="Post"), (Rename("table", "posts", "Post"),)),
        (catalog(table="articles"), (Rename("table", "posts", "articles"),)),
        (catalog(enum="Mood"), (Rename("enum", "mood", "Mood"),)),
        (catalog(enum="feeling"), (Rename("enum", "mood", "feeling"),)),
        (catalog(function="countLikes"), (Rename("function", "count_likes", "countLikes"),)),
        (catalog(function="tally"), (Rename("function", "count_likes", "tally"),)),
        (catalog(function="tally", trigger="other"), (Rename("function", "count_likes", "tally"),)),
    ],
)
def test_what_leaves_no_doubt_is_found(there: Catalog, found: tuple[Rename, ...]) -> None:
    assert guessed(CONTRACT, there) == found


@pytest.mark.parametrize(
    "there",
    [
        catalog("id", "user_name", "state", "hearts", type_="bigint"),
        catalog("id", "poster", "mood", "hearts"),
        catalog("a", "b", "c", "d", table="articles"),
        catalog(function="audit", body="INSERT INTO log VALUES (1)"),
        replace(catalog(enum="one"), enums={"one": ("good", "bad"), "two": ("good", "bad")}),
        replace(catalog(enum="other"), enums={"other": ("good", "ill")}),
    ],
)
def test_where_there_is_doubt_nothing_is_taken_for_it(there: Catalog) -> None:
    assert guessed(CONTRACT, there) == ()


def test_what_is_given_is_not_guessed() -> None:
    given = Rename("column", "likes", "user_nam", "posts", given=True)

    assert guessed(CONTRACT, catalog("id", "userName", "state", "user_nam"), [given]) == (
        given,
        Rename("column", "user_name", "userName", "posts"),
    )
