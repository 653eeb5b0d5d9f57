"""EXPLAIN's answer as a value, and which plan is worse."""

from typing import Any

import pytest

from vrss_contract.performance.query import plan
from vrss_contract.performance.query.plan import Summary, read


def explained(**top: Any) -> dict[str, Any]:
    return {"Plan": {"Node Type": "Limit", "Actual Rows": 2, "Actual Loops": 1, **top}}


def worse_of(before: dict[str, Any], after: dict[str, Any]) -> tuple[str, ...]:
    return plan.worse(summary(before), summary(after))


def summary(below: dict[str, Any]) -> Summary:
    return read(explained(Plans=below["Plans"])).summary


def scan(kind: str, table: str = "posts", /, **more: Any) -> dict[str, Any]:
    return {
        "Node Type": kind,
        "Relation Name": table,
        "Actual Rows": 1.5,
        "Actual Loops": 4,
        **more,
    }


def test_a_plan_counts_the_blocks_of_its_top_node() -> None:
    found = read(explained(**{"Shared Hit Blocks": 7, "Shared Read Blocks": 5}))
    assert found.buffers == 12


def test_a_plan_returns_the_rows_of_its_top_node() -> None:
    assert read(explained()).rows == 2


def test_a_node_counts_the_rows_of_all_its_loops() -> None:
    found = read(explained(Plans=[scan("Seq Scan", **{"Rows Removed by Filter": 10})]))
    (_, below) = found.root.walk()
    assert (below.rows, below.removed) == (6, 40)


def test_a_shape_tells_each_node_on_a_line() -> None:
    inner = scan("Index Scan", **{"Index Name": "posts_pkey", "Index Cond": "(id = 1)"})
    sort = {"Node Type": "Sort", "Sort Key": ["created_at DESC", "id DESC"], "Plans": [inner]}
    shape = read(explained(Plans=[sort])).shape
    assert shape.splitlines() == [
        "Limit",
        "  Sort [Sort Key: created_at DESC, id DESC]",
        "    Index Scan using posts_pkey on posts [Index Cond: (id = 1)]",
    ]


def test_a_shape_names_the_part_that_a_subplan_plays() -> None:
    found = read(explained(Plans=[scan("Seq Scan", **{"Subplan Name": "InitPlan 1 (x)"})]))
    assert "InitPlan 1 (x): Seq Scan on posts" in found.shape


def test_an_outer_join_is_another_node_than_a_join() -> None:
    found = read(explained(**{"Node Type": "Nested Loop", "Join Type": "Left"}))
    assert found.shape == "Nested Loop (Left)"


def test_a_table_that_is_read_twice_is_told_by_the_worse_way() -> None:
    found = read(explained(Plans=[scan("Seq Scan"), scan("Index Scan")]))
    assert found.scans == {"posts": 3}


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("Index Scan", "Seq Scan", "posts is read from end to end and was read by an index"),
        (
            "Index Only Scan",
            "Index Scan",
            "posts is read by an index and was read by an index alone",
        ),
        ("Index Scan", "Bitmap Heap Scan", "posts is read by a bitmap and was read by an index"),
    ],
)
def test_a_worse_way_to_read_a_table_is_a_worse_plan(before: str, after: str, why: str) -> None:
    one, other = ({"Plans": [scan(kind)]} for kind in (before, after))
    assert worse_of(one, other) == (why,)
    assert worse_of(other, one) == ()


def test_one_more_table_by_its_index_is_no_worse_plan() -> None:
    one = {"Plans": [scan("Index Scan")]}
    other = {"Plans": [scan("Index Scan"), scan("Index Scan", "users")]}
    assert worse_of(one, other) == ()


def test_one_more_table_from_end_to_end_is_a_worse_plan() -> None:
    one = {"Plans": [scan("Index Scan")]}
    other = {"Plans": [scan("Index Scan"), scan("Seq Scan", "users")]}
    assert worse_of(one, other) == ("users is read from end to end and was not read",)


def test_one_more_sort_is_a_worse_plan() -> None:
    one = {"Plans": [scan("Index Scan")]}
    other = {"Plans": [{"Node Type": "Sort", "Plans": [scan("Index Scan")]}]}
    assert worse_of(one, other) == ("rows are sorted once and were not at all",)


@pytest.mark.parametrize(
    "condition",
    [
        "((id = $1) AND (name = ANY ($2)) AND (age > $3))",
        "((id = '7'::bigint) AND (name = ANY ('{a,it''s}'::text[])) AND (age > $3))",
        "((id = '7') AND (name = ANY ('{a,it''s}'::character varying[])) AND (age > $3))",
        "((id = 7) AND (name = ANY ($2)) AND (age > $3))",
    ],
)
def test_a_shape_names_the_parameter_in_the_place_of_its_value(condition: str) -> None:
    names = {"$1": ":id", "7": ":id", "'7'": ":id", "$2": ":names", "'{a,it''s}'": ":names"}
    found = read(explained(Plans=[scan("Index Scan", **{"Index Cond": condition})]), names)
    assert "((id = :id) AND (name = ANY (:names)) AND (age > $3))" in found.shape


def test_a_shape_keeps_a_constant_that_is_no_parameters_value() -> None:
    condition = (
        "((status = 'published'::post_status) AND (at < 'infinity'::timestamp with time zone))"
    )
    below = scan("Index Scan", **{"Index Cond": condition})
    found = read(explained(Plans=[below]), {"'infinity'": ":before"})
    assert "((status = 'published'::post_status) AND (at < :before))" in found.shape
