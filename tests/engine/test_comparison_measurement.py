"""Both sides measured in one run, on the smallest data that there are."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from vrss_contract.contract.model import Contract
from vrss_contract.performance.comparison.judge import compare
from vrss_contract.performance.comparison.measured_side import measured_side
from vrss_contract.performance.comparison.measurement import Watch, take
from vrss_contract.performance.comparison.record import Record
from vrss_contract.performance.comparison.side import Side
from vrss_contract.target import Statement, Target

pytestmark = pytest.mark.once

PROFILE, SAMPLES = "tiny", 30
QUERY, OTHER = "gallery", "login"


def few(contract: Contract, *names: str) -> Contract:
    """The contract with these queries and operations alone."""
    return replace(
        contract,
        queries={name: contract.queries[name] for name in names if name in contract.queries},
        operations={name: one for name, one in contract.operations.items() if name in names},
    )


def asked(side: Side, sql: str) -> Side:
    """The side with other SQL for ``QUERY``."""
    queries = {**side.contract.queries, QUERY: replace(side.contract.queries[QUERY], sql=sql)}
    return Side("head", replace(side.contract, queries=queries), side.target)


@pytest.fixture
def base(contract: Contract, target: Target) -> Side:
    return Side("base", few(contract, QUERY), target)


def taken(*sides: Side) -> tuple[Sequence[Record], list[str]]:
    told: list[str] = []
    found = take(sides, PROFILE, samples=SAMPLES, watch=Watch(told.append))
    return found, [text for text in told if text.startswith("measuring")]


def test_a_record_says_what_it_was_taken_of(base: Side) -> None:
    (one,), _ = taken(base)
    assert (one.label, one.profile, list(one.measured)) == ("base", PROFILE, ["gallery.any"])


def test_a_query_is_measured_with_both_plans_and_each_call_beside_the_calibration(
    base: Side,
) -> None:
    ((one,), _) = taken(base)
    found = one.measured["gallery.any"]
    assert sorted(found.plans) == ["custom", "generic"]
    assert 9 <= len(found.latency.times) == len(found.latency.calibration) <= SAMPLES


def test_a_dropped_index_is_told(base: Side) -> None:
    steps = (*base.target.steps, Statement("DROP INDEX idx_post_media_post", 1))
    head = Side("head", base.contract, Target("schema.sql", steps))
    (before, after), _ = taken(base, head)
    (found,) = compare(before, after).judgements
    assert {"plan-worse", "buffers-over-baseline"} <= {reason.slug for reason in found.reasons}


def test_what_looks_slower_is_measured_again_before_it_is_told(base: Side) -> None:
    slow = base.contract.queries[QUERY].sql.replace(
        "WHERE", "WHERE pg_sleep(0.001) IS NOT NULL AND"
    )
    (before, after), told = taken(base, asked(base, slow))
    again = "measuring 1 of 1 again: gallery.any"
    assert told == ["measuring 1 of 1: gallery.any", *[again] * 3]
    (found,) = compare(before, after).judgements
    assert "slower" in {reason.slug for reason in found.reasons}


def test_a_query_that_is_new_is_in_its_own_record_alone(base: Side, contract: Contract) -> None:
    head = Side("head", few(contract, QUERY, OTHER), base.target)
    (before, after), _ = taken(base, head)
    assert (list(before.measured), list(after.measured)) == (
        ["gallery.any"],
        ["gallery.any", "login.any"],
    )


def test_a_query_that_fails_is_not_measured(base: Side) -> None:
    (before, after), _ = taken(base, asked(base, "SELECT nothing FROM posts WHERE id = :post"))
    assert (list(before.measured), list(after.measured)) == (["gallery.any"], [])


def test_a_write_is_measured_last_and_undone(contract: Contract, target: Target) -> None:
    side = Side("base", few(contract, QUERY, "like"), target)
    ((one,), told) = taken(side)
    assert told == ["measuring 1 of 1: gallery.any", "measuring 1 of 1: write.like"]
    assert one.measured["write.like"].plans == {}


def test_growth_is_over_the_smaller_worlds_too(base: Side) -> None:
    with measured_side(base, PROFILE, tell=lambda _: None) as opened:
        assert (opened.size, opened.smaller) == (3000, {})
