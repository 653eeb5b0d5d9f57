"""Which mutants are judged, and in which parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.engine.catalogs import catalog, column, table
from tests.engine.mutants import mutant
from vrss_contract.contract.model import Column, Contract, Table
from vrss_contract.database.catalog.facts import Catalog
from vrss_contract.mutation.made import MadeMutants, divided, made, sampled, selected, wanted
from vrss_contract.mutation.mutant import Mutant, Operator, Schema

pytestmark = pytest.mark.once

HUNDRED = tuple(mutant(f"{number:03}") for number in range(100))


def _made(*mutants: Mutant) -> MadeMutants:
    operator = Operator("check-dropped", "It is gone.", lambda _: iter(mutants))
    return made([operator, operator], Schema(Catalog()))


def test_operators_that_share_a_maker_make_its_mutants_once() -> None:
    assert _made(mutant()).mutants == (mutant(),)


@pytest.mark.parametrize(
    ("object_", "kept"), [("posts.title", True), ("posts.more", False), ("log", False)]
)
def test_nothing_is_made_of_what_the_contract_does_not_declare(object_: str, *, kept: bool) -> None:
    own = (column("id"), column("title", "text"), column("more", "text"))
    found = catalog(table("posts", *own), table("log", column("id")))
    declared = Table("posts", 1, "A post.", (Column("id", "bigint"), Column("title", "text")), ())
    contract = Contract({"posts": declared}, {}, {}, ())
    operator = Operator("any", "It is gone.", lambda _: iter([replace(mutant(), object=object_)]))

    mutants = made([operator], Schema(found, {}, contract)).mutants

    assert bool(mutants) is kept


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


_ODD = (
    "a",
    "a[bc]",
    "ab",
    "a[b?]",
    "a[bx]",
    "a*b",
    "a[x * y -> x]",
    "a[x + z * y -> x]",
    "a -> 'b'",
)


def _named(*whats: str) -> MadeMutants:
    return MadeMutants(tuple(mutant(one) for one in whats))


@given(wanted=st.sampled_from(_ODD), others=st.lists(st.text("ab[]*?! ->", max_size=6)))
@example(wanted="a[x * y -> x]", others=["a[x + z * y -> x]"])
def test_an_id_as_it_is_told_selects_that_mutant_alone(wanted: str, others: list[str]) -> None:
    made_ = _named(*dict.fromkeys([wanted, *_ODD, *others]))

    assert selected(made_, [mutant(wanted).id]) == (mutant(wanted),)


def test_a_star_stands_for_anything() -> None:
    found = selected(_named("a", "b[c]", "b[d]"), ["*[b[*"])

    assert [one.what for one in found] == ["b[c]", "b[d]"]


def test_brackets_of_a_glob_stand_for_themselves() -> None:
    found = selected(_named("a[bc]", "a b", "a c"), ["*[a[bc]]"])

    assert [one.what for one in found] == ["a[bc]"]


def test_the_id_of_a_duplicate_stands_for_the_mutant_that_it_is_the_same_as() -> None:
    first, second = mutant("a"), replace(mutant("b"), ddl=mutant("a").ddl)

    assert selected(_made(second, first), [second.id]) == (first,)


def test_what_is_asked_for_twice_is_selected_once_and_in_the_order_of_the_list() -> None:
    found = selected(_named("a", "b"), [mutant("b").id, "*", mutant("b").id])

    assert [one.what for one in found] == ["a", "b"]


def test_a_part_is_of_one_text() -> None:
    of_texts = [replace(mutant(one), instead_of=f"query.{one}") for one in "ab"]

    assert _sizes(divided([*of_texts, mutant("c")], 24)) == [1, 1, 1]


def test_a_text_that_stands_in_the_place_of_another_is_no_duplicate() -> None:
    first, second = (replace(mutant(one), ddl=("x",), instead_of=one) for one in "ab")

    assert len(_made(first, second).mutants) == 2


_QUERIES = Operator("query-condition", "", lambda _: iter(()), of_texts=True)
_TABLES = Operator("table-dropped", "", lambda _: iter(()))


@pytest.mark.parametrize(
    "only", [[], ["*"], ["query-*:a"], ["query-condition:a[b]"], ["table-dropped:*", "que*"]]
)
def test_operators_of_texts_are_wanted_where_a_mutant_of_theirs_may_be(only: list[str]) -> None:
    assert wanted((_QUERIES, _TABLES), only, changed=False) == (_QUERIES, _TABLES)


@pytest.mark.parametrize(
    ("only", "changed"), [(["table-*"], False), (["query:a"], False), ([], True)]
)
def test_operators_of_texts_are_left_out_where_none_of_theirs_is_meant(
    only: list[str],
    changed: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    assert wanted((_QUERIES, _TABLES), only, changed=changed) == (_TABLES,)
