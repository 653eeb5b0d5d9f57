"""What an index is worth: the word for it, and how it is told."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from tests.engine.records import INDEXED, SCANNED
from tests.golden import Golden
from vrss_contract.performance.ablation import table
from vrss_contract.performance.ablation.cost import Cost
from vrss_contract.performance.ablation.worth import Effect, Look, Worth
from vrss_contract.performance.query.latency import Latency

COST = Cost(1_234_567, 2.018, 72.4)
HAVING = Look(INDEXED, frozenset({"idx_posts_user"}), Latency((0.1, 0.2), (0.1, 0.1)))
LACKING = Look(SCANNED, frozenset(), Latency((30.0, 40.0), (0.1, 0.1)))
OTHERWISE = replace(HAVING, indexes=frozenset({"posts_pkey"}))


def worth(*effects: Effect, **other: object) -> Worth:
    return Worth("idx_posts_user", effects, "posts", 1, COST, **other)  # type: ignore[arg-type]


WORTHS = (
    Worth(
        "without tier 1",
        (Effect("home-feed.follows-10", HAVING, LACKING), Effect("home-feed.many", HAVING, None)),
        claim="feed generation > 500 ms without, < 50 ms with",
    ),
    worth(
        Effect("profile-feed.any", HAVING, LACKING),
        Effect("own-posts.any", HAVING, None),
        Effect("friends.any", HAVING, HAVING),
    ),
    replace(worth(Effect("login.any", HAVING, OTHERWISE)), twins=("users_email_key",), tier=None),
    worth(),
)


@pytest.mark.parametrize(
    ("name", "render"),
    [("txt", table.terminal), ("md", table.markdown), ("json", table.document)],
)
def test_an_ablation_reads_as_it_did(
    name: str, render: Callable[[Sequence[Worth]], str], golden: Golden
) -> None:
    golden(f"ablation/one-of-each.{name}", render(WORTHS))


def test_the_json_can_be_read() -> None:
    document = json.loads(table.document(WORTHS))
    assert [one["name"] for one in document["indexes"]] == [one.name for one in WORTHS]


def test_each_row_of_the_markdown_has_as_many_cells_as_its_head() -> None:
    rows = [line for line in table.markdown(WORTHS).splitlines() if line.startswith("|")]
    assert {row.count("|") for row in rows} == {6, 10}


def test_a_hostile_name_is_no_markup() -> None:
    hostile = "<b>|`*_[a](b)\n| x"
    effects = (Effect(hostile, HAVING, LACKING), Effect(hostile, HAVING, HAVING))
    claimed = Worth(hostile, effects, claim=hostile)
    indexes = [replace(worth(*some), name=hostile) for some in (effects, effects[1:], ())]

    text = table.markdown((claimed, *indexes))

    assert "<b>" not in text
    assert "](" not in text
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert {row.count("|") for row in rows} == {6, 10}


def test_an_index_that_some_query_misses_earns_its_keep() -> None:
    assert worth(Effect("a", HAVING, HAVING), Effect("b", HAVING, LACKING)).verdict == (
        "earns its keep"
    )


def test_an_index_that_no_query_misses_is_redundant_by_what_serves_them_then() -> None:
    assert worth(Effect("a", HAVING, OTHERWISE)).verdict == (
        "redundant: posts_pkey serves its queries as well"
    )


def test_a_redundant_index_is_told_by_its_twin() -> None:
    found = worth(Effect("a", HAVING, OTHERWISE), twins=("users_email_key",))
    assert found.verdict == "redundant: users_email_key has the same columns"


def test_an_index_that_no_query_reads_by_is_no_redundant_one() -> None:
    assert (worth().redundant, worth().verdict) == (False, "no query of the contract reads by it")


def test_a_few_blocks_more_are_no_reason() -> None:
    some = replace(HAVING, plan=replace(INDEXED, buffers=6))
    assert Effect("a", HAVING, some).reasons == ()


def test_a_quarter_more_blocks_is_a_reason_though_the_plan_is_of_its_class() -> None:
    before = replace(HAVING, plan=replace(INDEXED, buffers=100))
    after = replace(HAVING, plan=replace(INDEXED, buffers=126))
    assert Effect("a", before, after).reasons == ("126 blocks and were 100",)


def test_a_call_that_was_ended_is_a_reason() -> None:
    assert Effect("a", HAVING, None).reasons == ("a call takes more than 2 s",)
