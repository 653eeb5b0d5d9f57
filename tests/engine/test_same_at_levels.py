"""What goes at other levels as at READ COMMITTED, held against what a server does."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import pytest

from tests.engine.schedules import OPPOSITE, add, letters, made, put_back, rc
from vrss_contract.concurrency.same_at_levels import same_at
from vrss_contract.concurrency.schedule.explore import explore
from vrss_contract.concurrency.schedule.player import Player
from vrss_contract.concurrency.schedule.program import COMMIT, Event, Level, Program, Run
from vrss_contract.database.scratch import Database, Databases

pytestmark = pytest.mark.once
RC, RR, SER = Level
_LOOK = "SELECT v FROM t WHERE v > 0"
PROGRAMS: dict[str, Program] = {
    "waits": (rc(add(1)), rc(add(1))),
    "meets nobody": (rc(add(1)), rc(add(2))),
    "deadlocks": OPPOSITE,
    "looks twice": (rc(_LOOK, _LOOK), rc(add(1))),
    "reads what the other writes": (rc(_LOOK, add(1)), rc(_LOOK, add(2))),
    "fails": (rc(add(1), "SELECT 1 / 0"), rc(_LOOK, add(1))),
}


@pytest.fixture(scope="module")
def scratch(databases: Databases) -> Database:
    return made(databases)


def _run(order: str, *waits: int) -> Run:
    """Two sessions of a statement and COMMIT each; ``waits`` are the places of waits."""
    places = letters(order)
    events = tuple(
        Event(one, "SELECT" if one not in places[:at] else COMMIT, at in waits, 0, "", "")
        for at, one in enumerate(places)
    )
    return Run(tuple(places), events, ("", ""), ())


@pytest.mark.parametrize(
    ("run", "mix", "same"),
    [
        (_run("aabb"), (RR, RR), True),
        (_run("bbaa"), (SER, SER), True),
        (_run("abab"), (RR, RC), True),
        (_run("abab"), (RC, RR), False),
        (_run("abba"), (RC, SER), True),
        (_run("abba"), (SER, RC), False),
        (_run("abab"), (RC, RC), True),
        (_run("abba"), (SER, SER), False),
        (_run("abab", 2), (RR, RC), False),
        (replace(_run("aabb"), steady=False), (RR, RR), False),
        (replace(_run("aabb"), lost="it hung"), (RR, RR), False),
    ],
)
def test_who_is_alone_or_done_before_another_ends_goes_the_same(
    run: Run, mix: tuple[Level, ...], *, same: bool
) -> None:
    assert same_at(run, mix) is same


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_what_is_called_the_same_is_the_same_on_a_server(
    scratch: Database, program: Program
) -> None:
    reset = partial(put_back, scratch)
    with Player(scratch, len(program), reset=reset) as player:

        def play(mix: tuple[Level, ...], prefix: tuple[int, ...]) -> Run:
            reset()
            scripts = zip(program, mix, strict=True)
            return player.play(tuple(replace(one, level=level) for one, level in scripts), prefix)

        runs = list(explore(partial(play, (RC, RC))))
        same = [(run, mix) for run, mix in _mixed(runs) if same_at(run, mix)]
        assert [play(mix, run.order) for run, mix in same] == [run for run, _ in same]
        assert same


def _mixed(runs: list[Run]) -> Iterator[tuple[Run, tuple[Level, ...]]]:
    mixes = list(itertools.product(Level, repeat=2))[1:]
    yield from itertools.product(runs, mixes)
