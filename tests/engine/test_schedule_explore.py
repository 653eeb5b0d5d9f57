"""The search over choices visits every execution once, whatever blocks and whatever ends early."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vrss_contract.concurrency.schedule.explore import explore
from vrss_contract.concurrency.schedule.program import Level, Program, Run, Script, orders

SIZES = st.lists(st.integers(0, 2), min_size=1, max_size=3)
LOCKS = st.lists(st.lists(st.sampled_from("xyz"), max_size=2), min_size=1, max_size=3)


def program(sizes: Sequence[int]) -> Program:
    return tuple(Script(Level.RC, ("SELECT 1",) * size) for size in sizes)


@dataclass
class Fake:
    """Sessions that take a lock at each step and keep it to the end, which is a step of its own.

    A session that waits goes on when the lock is free; one that would wait for itself fails.
    """

    wants: Sequence[Sequence[str]]
    held: dict[str, int] = field(default_factory=dict)
    done: list[int] = field(default_factory=list)
    waits: dict[int, str] = field(default_factory=dict)
    ended: dict[int, str] = field(default_factory=dict)

    def play(self, prefix: Sequence[int]) -> Run:
        self.held, self.waits, self.ended = {}, {}, {}
        self.done = [0] * len(self.wants)
        order: list[int] = []
        choices = []
        while enabled := self.enabled():
            at = len(order)
            order.append(prefix[at] if at < len(prefix) else enabled[0])
            assert order[-1] in enabled
            choices.append(enabled)
            self.step(order[-1])
        endings = tuple(self.ended[number] for number in range(len(self.wants)))
        return Run(tuple(order), (), endings, tuple(choices))

    def enabled(self) -> tuple[int, ...]:
        everyone = range(len(self.wants))
        return tuple(n for n in everyone if n not in self.waits and n not in self.ended)

    def step(self, number: int) -> None:
        at = self.done[number]
        self.done[number] += 1
        if at == len(self.wants[number]):
            self.end(number, "")
        elif self.held.setdefault(lock := self.wants[number][at], number) != number:
            self.waits[number] = lock
            if self.in_a_ring(number):
                self.end(number, "deadlock_detected")

    def in_a_ring(self, number: int) -> bool:
        at = number
        while at in self.waits:
            at = self.held[self.waits[at]]
            if at == number:
                return True
        return False

    def end(self, number: int, ending: str) -> None:
        self.ended[number] = ending
        self.waits.pop(number, None)
        for lock in [lock for lock, owner in self.held.items() if owner == number]:
            del self.held[lock]
            heir = next((n for n, wanted in self.waits.items() if wanted == lock), None)
            if heir is not None:
                self.held[lock] = heir
                del self.waits[heir]


def free(sizes: Sequence[int]) -> Fake:
    return Fake([[f"{number}.{at}" for at in range(n)] for number, n in enumerate(sizes)])


def test_two_sessions_of_two_statements_have_twenty_orders() -> None:
    assert orders(program([2, 2])) == 20


@given(SIZES)
def test_without_waits_there_are_as_many_runs_as_orders(sizes: list[int]) -> None:
    assert len(list(explore(free(sizes).play))) == orders(program(sizes))


@given(LOCKS)
def test_each_execution_is_played_once(wants: list[list[str]]) -> None:
    found = [run.order for run in explore(Fake(wants).play)]

    assert len(found) == len(set(found))


@given(LOCKS)
def test_whatever_could_be_chosen_is_chosen_in_some_run(wants: list[list[str]]) -> None:
    runs = list(explore(Fake(wants).play))
    gone = {run.order[: at + 1] for run in runs for at in range(len(run.order))}

    could = {
        (*run.order[:at], other)
        for run in runs
        for at in range(len(run.order))
        for other in run.choices[at]
    }

    assert gone == could


@given(LOCKS)
def test_the_order_of_runs_is_alphabetical(wants: list[list[str]]) -> None:
    found = [run.order for run in explore(Fake(wants).play)]

    assert found == sorted(found)


def test_opposite_locks_have_eight_executions_four_of_them_deadlocks() -> None:
    runs = list(explore(Fake(["xy", "yx"]).play))

    assert (len(runs), sum(any(run.endings) for run in runs)) == (8, 4)


def test_a_run_that_leaves_its_choices_is_told_and_leads_nowhere() -> None:
    first = Run((0, 1), (), ("", ""), ((0, 1), (1,)))

    assert list(explore(lambda _: first)) == [first, first]


def test_a_run_that_was_lost_leads_on_from_what_was_chosen() -> None:
    lost = Run((0,), (), ("lost", "lost"), ((0, 1),), lost="session a: gone")
    other = Run((1, 0), (), ("", ""), ((0, 1), (0,)))

    assert list(explore(lambda prefix: other if prefix else lost)) == [lost, other]


@pytest.mark.parametrize(
    ("level", "sql"),
    [("rc", "READ COMMITTED"), ("rr", "REPEATABLE READ"), ("ser", "SERIALIZABLE")],
)
def test_a_level_has_a_short_and_a_long_name(level: str, sql: str) -> None:
    assert Level(level).sql == sql
