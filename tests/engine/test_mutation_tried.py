"""How a mutant ends by the clauses that broke on it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.engine.mutants import killed, mutant
from vrss_contract.contract.model import Level
from vrss_contract.mutation.tried import Ending, Killer, Tried, ended

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("deserves", "killers", "ending"),
    [
        ("must", ["must"], "killed"),
        ("must", ["may", "must"], "killed"),
        ("must", ["should"], "soft"),
        ("must", [], "survived"),
        ("should", ["must"], "killed"),
        ("should", ["may"], "soft"),
        ("may", ["may"], "killed"),
    ],
)
def test_a_mutant_is_killed_at_the_level_that_it_deserves(
    deserves: Level, killers: list[Level], ending: Ending
) -> None:
    assert ended(mutant(level=deserves), [Killer("a", level) for level in killers]) == ending


def test_a_mutant_that_could_not_be_judged_is_undecided() -> None:
    assert ended(mutant(), [], "a statement took too long") == "undecided"


def test_a_mutant_that_broke_a_clause_is_killed_whatever_else_could_not_be_judged() -> None:
    assert ended(mutant(), [Killer("a", "must")], "a statement took too long") == "killed"


def test_the_first_killer_is_as_strict_as_the_mutant_deserves() -> None:
    tried = Tried(mutant(), "killed", (Killer("soft", "may"), Killer("strict", "must")))

    assert tried.first == "strict"


def test_a_clause_that_alone_broke_is_the_sole_killer() -> None:
    assert killed("", "a").sole == "a"


def test_a_mutant_of_two_killers_has_no_sole_one() -> None:
    assert killed("", "a", "b").sole == ""


@pytest.mark.parametrize("ending", ["soft", "survived"])
def test_what_is_not_killed_is_a_fault(ending: Ending) -> None:
    assert killed("", ending=ending).fault


@pytest.mark.parametrize("ending", ["killed", "stillborn", "equivalent", "undecided"])
def test_other_endings_are_no_fault(ending: Ending) -> None:
    assert not killed("", ending=ending).fault


def test_a_mutant_that_is_listed_and_killed_is_a_fault() -> None:
    assert replace(killed("", "a"), listed="Nothing happens.").fault
