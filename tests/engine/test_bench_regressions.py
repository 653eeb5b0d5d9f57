"""The regressions that are planted still change what they are meant to."""

from dataclasses import replace

import pytest
from benchmarks.regressions_plants import PLANTS, LostPlantError, Planted, only

from vrss_contract.contract.model import Contract
from vrss_contract.performance.comparison.side import Side
from vrss_contract.target import Target

pytestmark = pytest.mark.once


@pytest.fixture
def base(contract: Contract, target: Target) -> Side:
    return Side("base", contract, target)


@pytest.mark.parametrize("planted", PLANTS, ids=[one.name for one in PLANTS])
def test_a_plant_changes_the_schema_or_a_query_or_the_statistics(
    planted: Planted, base: Side
) -> None:
    found = planted.plant(base)
    changed = (found.target.steps, found.contract.queries) != (
        base.target.steps,
        base.contract.queries,
    )
    assert changed is not planted.stale


@pytest.mark.parametrize("planted", PLANTS, ids=[one.name for one in PLANTS])
def test_what_a_plant_bears_on_is_in_the_contract(planted: Planted, contract: Contract) -> None:
    assert {*planted.bears_on} <= {*contract.queries, *contract.operations}


def test_a_plant_whose_place_is_gone_says_so(base: Side) -> None:
    empty = replace(base, target=Target("schema.sql", ()))
    lost = next(one for one in PLANTS if one.name == "DESC")
    with pytest.raises(LostPlantError, match="does not say once"):
        lost.plant(empty)


def test_only_what_a_plant_bears_on_is_measured(contract: Contract) -> None:
    found = only(contract, ("login", "like"))
    assert (list(found.queries), list(found.operations)) == (["login"], ["like"])
