"""A run of mutants from a loaded target: which are judged, by what is known of them, and how."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Self

import pytest

from tests.engine import tiny
from vrss_contract.checks.changed.base import Base
from vrss_contract.contract.model import Contract
from vrss_contract.database.scratch import Databases
from vrss_contract.errors import TroubleError
from vrss_contract.mutation import run
from vrss_contract.mutation.reviewed import Equivalent, Reviewed, Stays
from vrss_contract.mutation.run import Mutation, MutationResult, mutate
from vrss_contract.mutation.tried import Tried
from vrss_contract.postgres import Access
from vrss_contract.target import sqlfile

pytestmark = pytest.mark.once

GONE = "default-dropped:counters.n"
LESS = "default-changed:counters.n[-1]"
TRIGGER = "trigger-disabled:marks.mark"


@dataclass(frozen=True)
class Lent:
    """A server that runs already, and goes on."""

    access: Access

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        pass

    def keep(self) -> str:
        return ""


@pytest.fixture(scope="module")
def contract(tmp_path_factory: pytest.TempPathFactory) -> Contract:
    """A default and the trigger are all that it promises."""
    whole = tiny.contract(tmp_path_factory.mktemp("tiny"))
    kept = {"counters.n.omitted", "counters.n.default", "invariant.counted"}
    return replace(whole, clauses=tuple(one for one in whole.clauses if one.id in kept))


Mutate = Callable[..., MutationResult]


@pytest.fixture(scope="module")
def mutated(
    contract: Contract, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mutate]:
    """Runs on the tests' server, which keep what they have to in a folder of these tests."""

    def call(*only: str, seen: Callable[[Tried, int], None] | None = None, **more: Any) -> Any:
        target = sqlfile.parse(tiny.KEEPS, name="tiny.sql")
        order = Mutation(contract, target, Lent(databases.access), only=only, **more)
        return mutate(order, seen or (lambda *_: None))

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield call


@pytest.fixture(scope="module")
def both(mutated: Mutate) -> MutationResult:
    """A run of two mutants of which nothing is known."""
    return mutated(TRIGGER, GONE)


@pytest.fixture(scope="module")
def listed(mutated: Mutate) -> MutationResult:
    """A run of mutants of which something is said, be it true or not."""
    old = Equivalent((LESS,), "It was so.", {"counters.n": "0123456789ab"}, "list.yaml:1")
    return mutated(
        *(GONE, LESS, TRIGGER),
        reviewed=Reviewed(
            equivalents=(Equivalent((TRIGGER,), "Nobody counts.", {}), old),
            seen=(((GONE,), "counters.n.default"),),
            unfelt=(Stays((GONE,), "It is always said."),),
        ),
    )


def _ids(result: MutationResult) -> list[str]:
    return [one.mutant.id for one in result.tried]


def _of(id_: str, result: MutationResult) -> Tried:
    (found,) = (one for one in result.tried if one.mutant.id == id_)
    return found


def test_what_is_asked_for_is_judged_and_nothing_else(both: MutationResult) -> None:
    assert [(one.mutant.id, one.ending, one.first) for one in both.tried] == [
        (GONE, "killed", "counters.n.omitted"),
        (TRIGGER, "killed", "invariant.counted"),
    ]


def test_the_server_that_judged_is_told(both: MutationResult, databases: Databases) -> None:
    assert both.server == databases.access.label


def test_what_is_listed_as_equivalent_and_killed_is_told_with_its_argument(
    listed: MutationResult,
) -> None:
    tried = _of(TRIGGER, listed)

    assert (tried.ending, tried.listed) == ("killed", "Nobody counts.")


def test_an_argument_that_has_expired_is_told(listed: MutationResult) -> None:
    assert [place for place, _ in listed.expired] == ["list.yaml:1"]


def test_an_argument_that_has_expired_counts_for_nothing(listed: MutationResult) -> None:
    assert _of(LESS, listed).listed == ""


def test_what_no_application_feels_deserves_a_should(listed: MutationResult) -> None:
    assert _of(GONE, listed).mutant.level == "should"


def test_the_clause_that_is_known_to_see_a_mutant_is_asked_first(listed: MutationResult) -> None:
    assert _of(GONE, listed).killers[0].clause == "counters.n.default"


def test_each_mutant_is_told_as_it_comes_with_how_many_were_drawn(mutated: Mutate) -> None:
    told = list[tuple[str, int]]()

    result = mutated(
        "default-*:counters.n*",
        sample=2,
        seen=lambda tried, of: told.append((tried.mutant.id, of)),
    )

    assert told == [(one, 2) for one in _ids(result)]


def test_where_nothing_is_like_what_is_asked_for_there_is_an_error(mutated: Mutate) -> None:
    with pytest.raises(TroubleError, match="no-mutant") as caught:
        mutated("nothing:*", "[x]")

    assert "that are like nothing:*, [x]" in str(caught.value)


@pytest.mark.parametrize(
    ("was", "now", "touched"), [("DEFAULT 0", "DEFAULT 1", GONE), ("n + 1", "n + 2", TRIGGER)]
)
def test_mutants_are_of_what_changed_since(
    was: str, now: str, touched: str, mutated: Mutate, contract: Contract
) -> None:
    base = Base("base.sql", sqlfile.parse(tiny.KEEPS.replace(was, now), name="b.sql"), contract)

    assert _ids(mutated(GONE, TRIGGER, base=base)) == [touched]


def test_where_nothing_changed_there_is_no_mutant(mutated: Mutate, contract: Contract) -> None:
    base = Base("base.sql", sqlfile.parse(tiny.KEEPS, name="b.sql"), contract)

    with pytest.raises(TroubleError, match="no-mutant"):
        mutated(base=base)


class _CutOffError(Exception):
    """A run is over before its time."""


def _cut_off(after: int) -> Callable[[Tried, int], None]:
    came = list[Tried]()

    def seen(tried: Tried, _: int) -> None:
        came.append(tried)
        if len(came) > after:
            raise _CutOffError

    return seen


def test_a_run_that_was_cut_off_goes_on_where_it_was(
    mutated: Mutate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "PART", 1)
    with pytest.raises(_CutOffError):
        mutated(GONE, LESS, TRIGGER, seen=_cut_off(after=1))

    result = mutated(GONE, LESS, TRIGGER)

    assert (result.resumed, _ids(result)) == (1, [LESS, GONE, TRIGGER])
