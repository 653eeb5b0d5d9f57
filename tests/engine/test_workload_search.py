"""What the search finds in a world that breaks by rule, and where it stops."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import pytest

from tests.engine.trials import OPERATIONS, breaking, played, session
from vrss_contract.concurrency.oracle import Played
from vrss_contract.concurrency.schedule.program import Level
from vrss_contract.concurrency.workload.call import Call
from vrss_contract.concurrency.workload.search import Fault, Play, SearchTally, search
from vrss_contract.concurrency.workload.trial import Trial

_LIKE, _TAG = Call("like", (1, 1)), Call("tag", ("a b",))


def _found(play: Play, *, examples: int = 100, seed: int = 0) -> list[Fault]:
    found = search(play, OPERATIONS, examples=examples, seconds=600, seed=seed)
    return [replace(fault, seconds=0) for fault in found]


def _calls(trial: Trial, name: str) -> int:
    """In how many sessions the operation is called."""
    return sum(name in {call.operation for call in each.calls} for each in trial.sessions)


def test_a_call_that_breaks_alone_is_all_that_is_left() -> None:
    (fault,) = _found(breaking(count=lambda trial: "like" in trial.operations))

    assert (fault.invariant, fault.trial) == ("count", Trial((session(_LIKE),), (0, 0)))
    assert fault.steady


def test_two_sessions_that_break_together_are_all_that_is_left() -> None:
    (fault,) = _found(breaking(pair=lambda trial: _calls(trial, "like") > 1))

    assert fault.trial == Trial((session(_LIKE), session(_LIKE)), (0, 0, 1, 1))


def test_an_order_and_a_level_stay_where_they_matter() -> None:
    def rule(trial: Trial) -> bool:
        levels = [each.level for each in trial.sessions]
        return _calls(trial, "like") > 1 and trial.order[:2] == (0, 1) and Level.RR in levels

    (fault,) = _found(breaking(overtaken=rule))

    assert fault.trial.order == (0, 1, 0, 1)
    assert sorted(each.level for each in fault.trial.sessions) == ["rc", "rr"]


def test_what_holds_is_not_found() -> None:
    assert _found(breaking(count=lambda _: False)) == []


def test_after_one_fault_come_the_others() -> None:
    rules = {
        "count": lambda trial: "like" in trial.operations,
        "tags": lambda trial: "tag" in trial.operations,
    }

    found = _found(breaking(**rules))

    assert {fault.invariant: fault.trial.operations for fault in found} == {
        "count": {"like"},
        "tags": {"tag"},
    }


def test_another_way_to_break_an_invariant_is_another_fault() -> None:
    found = _found(breaking(count=lambda trial: bool(trial.operations & {"like", "tag"})))

    assert {fault.trial.operations for fault in found} == {frozenset({"like"}), frozenset({"tag"})}


def test_what_is_known_is_not_found_again() -> None:
    play = breaking(count=lambda trial: "like" in trial.operations)
    known = Fault("count", "{}", Trial((session(_LIKE),)), 1, 0.0)

    assert list(search(play, OPERATIONS, examples=100, seconds=600, known=[known])) == []


def test_a_fault_covers_its_invariant_and_its_operations_alone() -> None:
    fault = Fault("count", "{}", Trial((session(_LIKE),)), 1, 0.0)

    assert fault.covers("count", Trial((session(_TAG), session(_LIKE))))
    assert not fault.covers("count", Trial((session(_TAG),)))
    assert not fault.covers("tags", Trial((session(_LIKE),)))


def test_one_seed_finds_the_same_in_the_same_way() -> None:
    play = breaking(pair=lambda trial: _calls(trial, "like") > 1)

    assert _found(play, seed=7) == _found(play, seed=7)


def test_another_seed_draws_other_trials() -> None:
    drawn: dict[int, list[Trial]] = {1: [], 2: []}
    for seed, trials in drawn.items():

        def play(trial: Trial, trials: list[Trial] = trials) -> Played:
            trials.append(trial)
            return played(trial)

        _found(play, examples=50, seed=seed)

    assert drawn[1] != drawn[2]


def test_what_comes_otherwise_the_next_time_is_not_steady() -> None:
    known: dict[Trial, bool] = {}

    def play(trial: Trial) -> Played:
        first = known.setdefault(trial, True)
        known[trial] = False
        return played(trial, *(["count"] if first and "like" in trial.operations else []))

    assert not next(search(play, OPERATIONS, examples=30, seconds=600)).steady


def test_no_more_trials_are_drawn_than_asked_for() -> None:
    tally = SearchTally()

    list(search(played, OPERATIONS, examples=20, seconds=600, tally=tally))

    assert 0 < tally.examples <= 20


def test_without_time_nothing_is_played() -> None:
    tally = SearchTally()

    list(search(played, OPERATIONS, examples=20, seconds=0, tally=tally))

    assert tally.examples == 0


def test_what_could_not_be_played_is_no_fault_and_is_told() -> None:
    tally = SearchTally()

    def play(trial: Trial) -> Played:
        return played(trial, lost="the session is gone")

    assert list(search(play, OPERATIONS, examples=5, seconds=600, tally=tally)) == []
    assert [run.lost for _, run in tally.lost] == ["the session is gone"] * 5


def test_an_interrupt_ends_the_search() -> None:
    turns = itertools.count()

    def play(trial: Trial) -> Played:
        if next(turns) == 10:
            raise KeyboardInterrupt
        return played(trial, *(["count"] if "like" in trial.operations else []))

    with pytest.raises(KeyboardInterrupt):
        _found(play)


def test_nothing_is_left_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    _found(breaking(count=lambda trial: "like" in trial.operations), examples=30)

    assert list(tmp_path.iterdir()) == []
