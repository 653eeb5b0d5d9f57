"""Which mutants are judged, and in which parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.engine.mutants import mutant
from vrss_contract.database.catalog.facts import Catalog
from vrss_contract.mutation.made import MadeMutants, divided, made, sampled
from vrss_contract.mutation.mutant import Mutant, Operator, Schema

pytestmark = pytest.mark.once

HUNDRED = tuple(mutant(f"{number:03}") for number in range(100))


def _made(*mutants: Mutant) -> MadeMutants:
    operator = Operator("check-dropped", "It is gone.", lambda _: iter(mutants))
    return made([operator, operator], Schema(Catalog()))


def test_operators_that_share_a_maker_make_its_mutants_once() -> None:
    assert _made(mutant()).mutants == (mutant(),)


def test_two_mutants_of_one_id_are_refused() -> None:
    with pytest.raises(ValueError, match=r"two mutants are called check-dropped:books\.pages"):
        _made(mutant(), replace(mutant(), ddl=("SELECT 1",)))


def test_a_mutant_with_the_ddl_of_another_is_told_as_its_duplicate() -> None:
    first, second = mutant("a"), replace(mutant("b"), ddl=mutant("a").ddl)

    found = _made(second, first)

    assert found == MadeMutants((first,), ((second.id, first.id),))


def test_one_seed_draws_the_same_mutants() -> None:
    assert sampled(HUNDRED, 10, seed=7) == sampled(HUNDRED, 10, seed=7)


def test_another_seed_draws_other_mutants() -> None:
    assert sampled(HUNDRED, 10, seed=7) != sampled(HUNDRED, 10, seed=8)


def test_what_is_drawn_keeps_its_order() -> None:
    drawn = sampled(HUNDRED, 10, seed=7)

    assert list(drawn) == sorted(drawn, key=lambda one: one.id)


def test_no_more_are_drawn_than_there_are() -> None:
    assert sampled(HUNDRED, 101, seed=0) == HUNDRED


def _sizes(parts: Sequence[Sequence[Mutant]]) -> list[int]:
    return [len(one) for one in parts]


def test_a_part_is_no_larger_than_it_may_be() -> None:
    assert _sizes(divided(HUNDRED, 24)) == [24, 24, 24, 24, 4]


def test_a_part_is_of_one_table() -> None:
    mixed = [mutant("a"), mutant("b", table="loans"), mutant("c")]

    assert _sizes(divided(mixed, 24)) == [2, 1]


def test_the_parts_do_not_depend_on_the_order_of_the_mutants() -> None:
    assert divided(HUNDRED[::-1], 24) == divided(HUNDRED, 24)
