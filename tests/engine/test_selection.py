"""Ids, globs and levels choose clauses; what matches nothing is refused."""

import pytest

from vrss_contract.contract.model import Clause, Level, PhasePromise
from vrss_contract.contract.selection import select
from vrss_contract.errors import TroubleError


def clause(id_: str, level: Level = "must") -> Clause:
    return Clause(id_, "phase", level, "It is so.", PhasePromise(1, "loads"))


CLAUSES = (clause("posts.title.length"), clause("posts.comment", "should"), clause("u.x", "may"))


def ids(*only: str, level: Level = "may") -> list[str]:
    return [found.id for found in select(CLAUSES, only=only, level=level)]


def test_no_pattern_means_all() -> None:
    assert ids() == ["posts.title.length", "posts.comment", "u.x"]


def test_a_glob_matches_across_dots() -> None:
    assert ids("posts.*") == ["posts.title.length", "posts.comment"]


def test_patterns_add_up_in_the_order_of_the_contract() -> None:
    assert ids("u.x", "posts.comment") == ["posts.comment", "u.x"]


def test_a_level_takes_the_stricter_ones_along() -> None:
    assert ids(level="should") == ["posts.title.length", "posts.comment"]


def test_a_pattern_that_matches_nothing_is_refused_with_near_misses() -> None:
    with pytest.raises(TroubleError, match="no-such-clause") as raised:
        select(CLAUSES, only=["posts.title.lenght"])
    assert "posts.title.length" in raised.value.remedy


def test_a_pattern_far_from_everything_is_refused_with_a_way_on() -> None:
    with pytest.raises(TroubleError, match="no-such-clause") as raised:
        select(CLAUSES, only=["zzz"])
    assert "vrss-contract list" in raised.value.remedy
