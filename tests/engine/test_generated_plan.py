"""The order in which tables are filled."""

from __future__ import annotations

from tests.engine.generated import ID, reference, table
from vrss_contract.contract.relations import Column, Table
from vrss_contract.data.generated.plan import planned, voidable

REFERS = Column("parent_id", "bigint")
MAY_REFER = Column("parent_id", "bigint", nullable=True)


def refers(name: str, parent: str, column: Column = REFERS) -> Table:
    return table(name, ID, column, foreign_keys=(reference("parent_id", parent),))


def order(*tables: Table) -> list[str]:
    return [step.table.name for step in planned({one.name: one for one in tables}).steps]


def test_parents_come_before_children() -> None:
    assert order(refers("a", "b"), refers("b", "c"), table("c", ID)) == ["c", "b", "a"]


def test_a_tree_needs_nothing_before() -> None:
    plan = planned({"a": refers("a", "a", MAY_REFER)})

    assert [(step.references, step.later) for step in plan.steps] == [
        ((reference("parent_id", "a"),), ())
    ]


def test_a_circle_is_opened_where_a_reference_may_be_null() -> None:
    plan = planned({"a": refers("a", "b"), "b": refers("b", "a", MAY_REFER)})

    assert [(step.table.name, bool(step.later)) for step in plan.steps] == [
        ("b", True),
        ("a", False),
    ]


def test_a_circle_that_nothing_opens_is_told() -> None:
    plan = planned({"a": refers("a", "b"), "b": refers("b", "a"), "c": table("c", ID)})

    assert [step.table.name for step in plan.steps] == ["c"]
    assert set(plan.left_out) == {"a", "b"}
    assert "need each other" in plan.left_out["a"]


def test_a_partition_is_filled_through_its_parent() -> None:
    assert order(table("a", ID, form="partition"), table("b", ID)) == ["b"]


def test_of_a_reference_of_two_columns_what_may_be_null_is() -> None:
    key = reference("a", "b", "c", targets=("x", "y"))
    one = table("t", Column("a", "text"), Column("c", "text", nullable=True), foreign_keys=(key,))

    assert voidable(one, key) == ("c",)
