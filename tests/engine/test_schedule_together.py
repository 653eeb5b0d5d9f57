"""Steps that can wait for nobody go at once, and nothing else comes of them than one by one."""

from __future__ import annotations

from functools import partial

import pytest

from tests.engine.schedules import OPPOSITE, add, letters, made, put_back, rc
from vrss_contract.concurrency.schedule.explore import explore
from vrss_contract.concurrency.schedule.player import Player
from vrss_contract.concurrency.schedule.program import Program, Run
from vrss_contract.database.scratch import Database, Databases

pytestmark = pytest.mark.once
_HOLDS = "SELECT pg_advisory_lock(1)"
"""A lock that outlives its transaction: whoever has done nothing yet can be waited for."""


@pytest.fixture(scope="module")
def scratch(databases: Databases) -> Database:
    return made(databases)


def _runs(scratch: Database, program: Program, *, together: bool) -> list[Run]:
    """Every execution; without rows to be put back by the player, it sends each step by itself."""
    reset = partial(put_back, scratch)
    with Player(scratch, len(program), reset=reset if together else None) as player:

        def play(prefix: tuple[int, ...]) -> Run:
            reset()
            return player.play(program, prefix)

        return list(explore(play))  # type: ignore[arg-type]  # explore calls it with tuples


@pytest.mark.parametrize(
    "program",
    [
        (rc(add(1)), rc(add(1))),
        OPPOSITE,
        (rc("SELECT 1", "SELECT 1 / 0", "SELECT 2"), rc("SELECT 1")),
        (rc("SELECT 1"), rc("SELECT 1; SELECT 1 FROM generate_series(1, 2)", "SELECT 3")),
    ],
    ids=["waits", "deadlocks", "fails", "several in one"],
)
def test_every_execution_is_the_same(scratch: Database, program: Program) -> None:
    assert _runs(scratch, program, together=True) == _runs(scratch, program, together=False)


def test_who_waits_for_one_that_has_done_nothing_is_stepped_one_by_one(scratch: Database) -> None:
    with Player(scratch, 2, reset=partial(put_back, scratch)) as player:
        player.play((rc("SELECT 1"), rc(_HOLDS)))
        run = player.play((rc(_HOLDS, "SELECT 1"), rc("SELECT pg_advisory_unlock(1)")))

    assert (run.endings, run.lost) == (("", ""), "")
    assert [event.waited for event in run.events if event.statement == _HOLDS] == [False]


def test_beyond_what_failed_the_order_goes_on(scratch: Database) -> None:
    with Player(scratch, 2, reset=partial(put_back, scratch)) as player:
        run = player.play((rc("SELECT 1 / 0", "SELECT 1"), rc("SELECT 1")), letters("aabab"))

    assert run.order == (0, 1, 1)
