"""Who waits for whom: cycles are told from chains, and victims that were to be from others."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from types import SimpleNamespace
from typing import Any

import pytest

from vrss_contract.concurrency.schedule.blocking import Waits
from vrss_contract.concurrency.schedule.play import Play
from vrss_contract.concurrency.schedule.program import Level, Script
from vrss_contract.concurrency.schedule.wire import Reply

DETAIL = """Process 11 waits for ShareLock on transaction 5; blocked by process 12.
Process 12 waits for ExclusiveLock on advisory lock [1,0,7,1]; blocked by process 11."""
CYCLE = {11: "ShareLock on transaction 5", 12: "ExclusiveLock on advisory lock [1,0,7,1]"}


def waits(**by: set[int]) -> Waits:
    graph = {int(pid[1:]): frozenset(others) for pid, others in by.items()}
    return Waits(frozenset(graph), graph)


@pytest.mark.parametrize(
    ("graph", "cyclic"),
    [
        (waits(), False),
        (waits(p1={2}), False),
        (waits(p1={2}, p2={3}), False),
        (waits(p1={2, 3}, p2={3}), False),
        (waits(p1={2}, p2={1}), True),
        (waits(p1={2}, p2={3}, p3={1}), True),
        (waits(p1={9}, p2={3}, p3={2}), True),
    ],
)
def test_a_cycle_is_told_from_a_chain(graph: Waits, *, cyclic: bool) -> None:
    assert graph.cyclic is cyclic


def test_a_deadlocks_report_names_members_and_locks() -> None:
    assert Reply(detail=DETAIL).cycle == CYCLE


def judged(victim: int, *, checked: AbstractSet[str] = frozenset(), vague: bool = False) -> bool:
    """Whether the play is steady after that victim; ``checked`` is what session a has looked at."""
    sessions: Any = [
        SimpleNamespace(pid=11, tells=True, checked=checked),
        SimpleNamespace(pid=12, tells=True, checked=set()),
    ]
    none: Any = None
    play = Play((Script(Level.RC, ()),) * 2, sessions, none, 1, none)
    play._actors[victim].vague = vague
    play._deadlocks.append((play._actors[victim], CYCLE))
    play._judge()
    return play._steady


def test_of_two_who_have_not_looked_the_first_is_the_victim() -> None:
    assert judged(0)
    assert not judged(1)


def test_who_has_looked_in_its_wait_is_no_victim_any_more() -> None:
    assert judged(1, checked={CYCLE[11]})


def test_a_look_in_an_earlier_wait_does_not_count() -> None:
    assert not judged(1, checked={"ShareLock on transaction 4"})


def test_a_victim_that_was_taken_for_waiting_without_its_word_is_doubted() -> None:
    assert not judged(0, vague=True)
