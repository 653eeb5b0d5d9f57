"""The bench of deadlocks: the same seed draws the same, and every end is counted once."""

from collections import Counter
from random import Random

import pytest
from benchmarks.deadlocks import Time, markdown, raced
from benchmarks.deadlocks_draw import Race, races
from benchmarks.deadlocks_run import NOTHING, Ends, counted

from vrss_contract.contract.model import Contract
from vrss_contract.database.scratch import Databases
from vrss_contract.target import Target

pytestmark = pytest.mark.once


def _races(contract: Contract) -> list[Race]:
    return races(contract.operations, contract.manifest.required_load_test().sizes)


def test_the_same_seed_draws_the_same(contract: Contract) -> None:
    for one in _races(contract):
        assert one.draw(Random(5)) == one.draw(Random(5))


def test_a_transaction_of_several_is_of_two_or_three(contract: Contract) -> None:
    several, _, _ = _races(contract)
    random = Random(1)

    assert {len(several.draw(random)) for _ in range(50)} == {2, 3}


def test_no_everyday_operation_deletes_a_parent(contract: Contract) -> None:
    _, one, _ = _races(contract)
    random = Random(1)

    drawn = [text for _ in range(2_000) for text in one.draw(random)]

    parents = ("DELETE FROM users", "DELETE FROM posts", "DELETE FROM comments")
    assert [text for text in drawn if text.startswith(parents)] == []


def test_many_comments_come_in_another_order_each_time(contract: Contract) -> None:
    _, _, many = _races(contract)
    random = Random(1)

    assert many.draw(random) != many.draw(random)


def test_an_end_is_a_commit_a_deadlock_or_another_error() -> None:
    assert counted(["", "40P01", "", "23505"], 2) == Ends(2, 2, 1, Counter({"23505": 1}))


def test_ends_of_stretches_add_up() -> None:
    one = Ends(2, 3, 1, Counter({"23505": 1}))

    assert NOTHING + one + one == Ends(4, 6, 2, Counter({"23505": 2}))


def test_a_share_is_of_commits_and_deadlocks() -> None:
    assert Ends(1, 3, 1, Counter({"23505": 9})).share == 0.25
    assert NOTHING.share == 0


def test_the_table_tells_deadlocks_commits_and_other_ends() -> None:
    ends = Ends(2, 1_000, 10, Counter({"23505": 4}))

    assert markdown({"t": {"ours": ends}}).splitlines() == [
        "| transactions | ours |",
        "| :-- | --: |",
        "| t | 10 to 1,000, 1.0%, 4 23505, 500 commits/s |",
    ]


def test_everything_is_raced(databases: Databases, contract: Contract, target: Target) -> None:
    taken = raced(databases, contract, {"ours": target}, Time(0.2, stretch=0.2))

    assert [name for name, ends in taken.items() if not ends["ours"].committed] == []
