"""The division of clauses into what is judged at a time."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import contracts
from vrss_contract.checks import KINDS
from vrss_contract.checks.sharing.processors import processors
from vrss_contract.checks.sharing.units import Unit, longest_first, shard, units, useful
from vrss_contract.contract.model import Contract


@pytest.fixture(scope="module")
def divided() -> list[Unit]:
    return units(contracts.canonical().clauses)


def ids(shares: list[Unit]) -> list[str]:
    return sorted(clause.id for share in shares for clause in share.clauses)


def test_every_clause_is_in_one_unit_of_its_kind(divided: list[Unit], contract: Contract) -> None:
    assert ids(divided) == sorted(clause.id for clause in contract.clauses)
    assert {(share.kind, one.kind) for share in divided for one in share.clauses} == {
        (kind, kind) for kind in KINDS
    }


@pytest.mark.parametrize("of", [1, 3, 4])
def test_machines_share_all_units_and_have_about_the_same_to_do(
    divided: list[Unit], of: int
) -> None:
    shards = [shard(divided, number, of) for number in range(1, of + 1)]

    loads = [sum(one.seconds for one in each) for each in shards]
    assert ids([one for each in shards for one in each]) == ids(divided)
    assert max(loads) - min(loads) <= max(one.seconds for one in divided)


def test_the_longest_is_begun_first(divided: list[Unit]) -> None:
    taken = [divided[number].seconds for number in longest_first(divided)]

    assert taken == sorted(taken, reverse=True)


def test_as_many_processes_are_useful_as_have_something_to_do(divided: list[Unit]) -> None:
    (short,) = (one for one in divided if one.kind == "table")

    assert useful(2, divided) == 2
    assert useful(64, divided) <= len(divided)
    assert useful(2, [short, short]) == 1
    assert useful(2, []) == 1


@pytest.mark.parametrize(
    ("text", "count"), [("50000 100000", 1), ("100000 100000", 1), ("max 100000", None), ("", None)]
)
def test_a_containers_share_of_the_processors_counts(
    tmp_path: Path, text: str, count: int | None
) -> None:
    quota = tmp_path / "cpu.max"
    quota.write_text(text)

    assert processors(quota) == (count or processors(tmp_path / "none"))
