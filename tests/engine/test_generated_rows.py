"""Rows that are drawn keep what is declared of them."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

import pytest

from tests.engine.generated import ID, check, contract, reference, table
from vrss_contract.contract.relations import Column, Key, Table
from vrss_contract.data.generated.drawing import Drawing, UndrawableError
from vrss_contract.data.generated.keys import Row
from vrss_contract.data.generated.types import Facts

A, B = Column("a", "integer"), Column("b", "integer")
PARENTS = [{"id": n, "region": n % 3} for n in range(1, 6)]


def rows(one: Table, *, count: int = 60, parents: Sequence[Row] = (), **facts: Any) -> list[Row]:
    """As many rows as are found of the table, which may refer to the parents or itself."""
    drawing = Drawing(contract(table("parents", ID), one), Facts(**facts))
    drawing.pools["parents"].add(parents)
    step = next(step for step in drawing.plan.steps if step.table is one)
    draw = drawing.of(step, Random(0), numbered=True)
    found: list[Row] = []
    for _ in range(count):
        if row := draw.candidate():
            found.append(row)
            drawing.pools[one.name].add([row])
    return found


def test_a_check_of_two_columns_is_kept() -> None:
    found = rows(table("t", A, B, checks=(check("a < b"), check("b <= 7"), check("a > 3"))))

    assert len(found) == 60
    assert all(3 < row["a"] < row["b"] <= 7 for row in found)


def test_alternatives_are_kept_together() -> None:
    kind, note = Column("kind", "text"), Column("note", "text", nullable=True)
    expression = "(kind = 'x' AND note IS NULL) OR (kind = 'y' AND note IS NOT NULL)"

    found = rows(table("t", kind, note, checks=(check(expression),)))

    assert {(row["kind"], row["note"] is None) for row in found} == {("x", True), ("y", False)}


def test_a_key_of_two_columns_has_no_values_twice() -> None:
    small = tuple(Column(name, "integer", minimum=1, maximum=4) for name in "ab")

    found = rows(table("t", *small, keys=(Key("t_key", ("a", "b")),)))

    assert len({(row["a"], row["b"]) for row in found}) == len(found) > 12


@pytest.mark.parametrize(("distinct", "most"), [(True, 60), (False, 1)])
def test_nulls_are_distinct_where_the_key_says_so(distinct: bool, most: int) -> None:  # noqa: FBT001
    one = Column("a", "integer", nullable=True, minimum=1, maximum=2)

    found = rows(table("t", one, keys=(Key("t_key", ("a",), nulls_distinct=distinct),)))

    nulls = sum(row["a"] is None for row in found)
    assert nulls > 1 if distinct else nulls == most


def test_every_parent_has_its_one_child() -> None:
    child = table(
        "t", Column("parent", "bigint"), keys=(Key("t_key", ("parent",)),),
        foreign_keys=(reference("parent", "parents"),),
    )  # fmt: skip

    assert sorted(row["parent"] for row in rows(child, parents=PARENTS)) == [1, 2, 3, 4, 5]


def test_a_pair_of_references_ascends() -> None:
    keys = (reference("a", "parents"), reference("b", "parents"))
    found = rows(table("t", A, B, foreign_keys=keys, ordered=(("a", "b"),)), parents=PARENTS)

    assert found
    assert all(row["a"] < row["b"] for row in found)


def test_references_that_share_a_column_agree() -> None:
    both = reference("region", "parents", "a", targets=("region", "id"))
    found = rows(table("t", Column("region", "integer"), A, foreign_keys=(both,)), parents=PARENTS)

    assert {(row["region"], row["a"]) for row in found} <= {(n % 3, n) for n in range(1, 6)}


def test_a_tree_grows_from_rows_without_parent() -> None:
    up = Column("up", "bigint", nullable=True)
    found = rows(table("t", ID, up, foreign_keys=(reference("up", "t"),)))

    assert found[0]["up"] is None
    assert all(row["up"] is None or row["up"] < row["id"] for row in found)
    assert any(row["up"] for row in found)


def test_a_first_row_that_needs_a_parent_is_its_own() -> None:
    found = rows(table("t", ID, Column("up", "bigint"), foreign_keys=(reference("up", "t"),)))

    assert found[0]["up"] == found[0]["id"]
    assert len(found) == 60


def test_rows_go_to_one_of_the_partitions() -> None:
    partitioned = table("t", Column("day", "date"), form="partitioned table")
    bounds = ("day >= '2020-01-01'::date AND day < '2020-02-01'::date", "day = '2021-05-05'::date")

    found = rows(partitioned, partitions={"t": bounds})

    assert {row["day"].isoformat()[:7] for row in found} == {"2020-01", "2021-05"}


def test_columns_of_the_server_are_left_to_it() -> None:
    columns = (
        A,
        Column("twice", "integer", generated="a * 2"),
        Column("n", "integer", default="0"),
    )

    assert all(row.keys() == {"a"} for row in rows(table("t", *columns)))


def test_the_same_rows_are_drawn_again() -> None:
    columns = tuple(Column(type_, type_) for type_ in ("text", "date", "numeric", "uuid"))

    assert rows(table("t", *columns)) == rows(table("t", *columns))


def test_a_type_of_which_nothing_is_known_is_told() -> None:
    with pytest.raises(UndrawableError, match=r"a \(widget\)"):
        rows(table("t", Column("a", "widget")))


def test_a_parent_without_rows_is_told() -> None:
    child = table("t", A, foreign_keys=(reference("a", "parents"),))
    drawing = Drawing(contract(table("parents", ID), child), Facts())
    draw = drawing.of(drawing.plan.steps[1], Random(0))

    assert draw.candidate() is None
    assert draw.refused == "parents has no row that a_fkey could refer to"
