"""Which clauses are asked of a mutant, and in which order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import contracts
from tests.engine import catalogs, tiny
from vrss_contract.contract.model import LEVELS, Clause, Contract, Level
from vrss_contract.mutation.asked import ALONE, TOGETHER, AskedClauses
from vrss_contract.mutation.mutant import Mutant

pytestmark = pytest.mark.once

KINDS = (*ALONE, *TOGETHER)
FK = "marks_counter_id_fkey"
CATALOG = catalogs.catalog(
    catalogs.table("counters"),
    catalogs.table("marks", catalogs.foreign_key(FK, "counter_id", "counters")),
)


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> AskedClauses:
    """The clauses of two tables, of which the marks refer to the counters."""
    contract = tiny.contract(tmp_path_factory.mktemp("tiny"), tiny.WORKLOAD)
    return AskedClauses(contract, CATALOG)


def _mutant(of: str, *tables: str, about: Sequence[str] = (), level: Level = "must") -> Mutant:
    return Mutant("spoilt", of, "", ("SELECT 1",), level, tables, tuple(about))


def _ids(groups: Iterable[Sequence[Clause]]) -> list[str]:
    return [one.id for group in groups for one in group]


def test_clauses_about_the_object_are_near_and_no_others(asked: AskedClauses) -> None:
    assert _ids(asked.near(_mutant("counters.n"), ["invariant", "rows"])) == [
        "invariant.counted",
        "invariant.never-less",
        "invariant.few",
        "counters.n.not-null",
        "counters.n.omitted",
        "counters.n.range",
        "counters.n.range.limit",
    ]


def test_clauses_about_what_the_mutant_bears_on_are_near(asked: AskedClauses) -> None:
    assert _ids(asked.near(_mutant("new", about=["counters.n"]), ["invariant"])) == [
        *("invariant.counted", "invariant.never-less", "invariant.few")
    ]


def test_a_constraint_is_near_by_its_own_name(asked: AskedClauses) -> None:
    assert _ids(asked.near(_mutant(f"marks.{FK}"), ["cascade"])) == ["marks.counter_id.on-delete"]


def test_clauses_that_are_known_to_see_it_come_first_one_by_one(asked: AskedClauses) -> None:
    groups = [*asked.near(_mutant("counters.n"), KINDS, ["marks.id.type", "counters.n.default"])]

    assert [_ids([one]) for one in groups[:2]] == [["marks.id.type"], ["counters.n.default"]]


def test_what_is_known_is_left_out_where_its_kind_is_not_asked_or_it_is_no_clause(
    asked: AskedClauses,
) -> None:
    found = _ids(asked.near(_mutant("nothing"), ["rows"], ["marks.id.type", "no-such-clause"]))

    assert found == []


@pytest.mark.parametrize(
    ("kind", "id_"),
    [
        ("invariant", "invariant.counted"),
        ("workload", "workload.marks"),
        ("cascade", "marks.counter_id.on-delete"),
        ("rows", "marks.required-only"),
        ("table", "marks.counter_id.type"),
    ],
    ids=["attempts", "operations", "deletes-of-a-parent", "rows", "facts"],
)
def test_a_clause_that_comes_to_the_rows_of_the_table_is_wide_of_it(
    kind: str, id_: str, asked: AskedClauses
) -> None:
    assert id_ in _ids(asked.wide(_mutant("marks.mark", "marks"), [kind]))


@pytest.mark.parametrize("id_", ["counters.n.type", "counters.required-only"])
def test_a_clause_of_another_table_is_not_wide(id_: str, asked: AskedClauses) -> None:
    assert id_ not in _ids(asked.wide(_mutant("marks.mark", "marks"), KINDS))


def test_nothing_is_wide_of_a_mutant_without_tables(asked: AskedClauses) -> None:
    assert _ids(asked.wide(_mutant("mark"), KINDS)) == []


def test_all_that_one_session_judges_is_asked_in_the_end(asked: AskedClauses) -> None:
    assert {one.kind for group in asked.others() for one in group} == {
        *("rows", "table", "cascade", "invariant")
    }


@pytest.mark.parametrize(
    ("of", "level", "deserves"),
    [
        ("counters.n", "must", "must"),
        ("counters.n", "may", "may"),
        ("marks.marks_pkey", "must", "must"),
        ("nothing", "must", "must"),
    ],
)
def test_a_mutant_deserves_what_it_is_said_to_where_a_clause_promises_that(
    of: str, level: Level, deserves: Level, asked: AskedClauses
) -> None:
    assert asked.deserved(_mutant(of, level=level)) == deserves


def test_a_mutant_deserves_no_more_than_the_strictest_clause_about_it() -> None:
    lax = catalogs.clause(catalogs.promise("comment", "Notes."), "posts.comment")
    contract = Contract({}, {}, {}, (lax,))

    assert AskedClauses(contract, catalogs.catalog()).deserved(_mutant("posts")) == "should"


def test_a_clause_that_compares_texts_of_bodies_is_never_asked() -> None:
    library = contracts.library()
    bodies = [one.id for one in library.clauses if one.id.endswith(".body")]

    assert bodies
    assert not AskedClauses(library, CATALOG).clauses.keys() & {*bodies}


_NAMES = st.sampled_from(["counters", "marks", "counters.n", "marks.counter_id", FK, "x"])
_MUTANTS = st.builds(
    lambda of, tables, about: _mutant(of, *tables, about=about),
    _NAMES,
    st.lists(st.sampled_from(["counters", "marks", "x"]), unique=True),
    st.lists(_NAMES),
)


@given(mutant=_MUTANTS, kinds=st.lists(st.sampled_from(KINDS), unique=True))
def test_groups_are_of_one_kind_in_the_order_asked_the_strictest_first_and_name_none_twice(
    mutant: Mutant, kinds: list[str], asked: AskedClauses
) -> None:
    for groups in ([*asked.near(mutant, kinds)], [*asked.wide(mutant, kinds)]):
        every = [one for group in groups for one in group]
        places = [(kinds.index(one.kind), LEVELS.index(one.level)) for one in every]

        assert all(len({one.kind for one in group}) == 1 for group in groups)
        assert places == sorted(places)
        assert len({one.id for one in every}) == len(every)
