"""Sessions that give up instead of waiting, and those that go on all the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import pytest

from tests.engine.schedules import Reset, add, letters, made, put_back, rc, values
from vrss_contract.concurrency.schedule.explore import explore
from vrss_contract.concurrency.schedule.player import Player
from vrss_contract.concurrency.schedule.program import Level, Run, Script
from vrss_contract.database.scratch import Database, Databases

pytestmark = pytest.mark.once
HOW = ("lock_not_available", "query_canceled")


@pytest.fixture(scope="module")
def scratch(databases: Databases) -> Database:
    return made(databases)


@pytest.fixture
def reset(scratch: Database) -> Reset:
    put_back(scratch)
    return partial(put_back, scratch)


@pytest.fixture
def player(scratch: Database, reset: Reset) -> Iterator[Player]:
    with Player(scratch, 3, reset=reset) as opened:
        yield opened


def hurried(how: str, *statements: str) -> Script:
    return Script(Level.RC, statements, how)


@pytest.mark.parametrize("how", HOW)
def test_who_would_wait_ends_with_its_condition_and_is_rolled_back(
    player: Player, scratch: Database, how: str
) -> None:
    run = player.play((rc(add(1)), hurried(how, add(2), add(1))), letters("abb"))

    assert run.endings == ("", how)
    assert values(scratch) == [1, 0]


@pytest.mark.parametrize("how", HOW)
def test_who_need_not_wait_commits(player: Player, scratch: Database, how: str) -> None:
    run = player.play((rc(add(1)), hurried(how, add(2))), letters("abb"))

    assert run.endings == ("", "")
    assert values(scratch) == [1, 1]


@pytest.mark.parametrize("how", HOW)
def test_who_catches_the_condition_goes_on_to_its_end(
    player: Player, scratch: Database, how: str
) -> None:
    catches = f"DO $$ BEGIN {add(1)}; EXCEPTION WHEN {how} THEN NULL; END $$"

    run = player.play((rc(add(1)), hurried(how, add(2), catches)), letters("abbb"))

    assert run.endings == ("", "")
    assert values(scratch) == [1, 1]


@pytest.mark.parametrize("how", HOW)
def test_others_that_waited_go_on(player: Player, scratch: Database, how: str) -> None:
    program = (rc(add(1)), hurried(how, add(2), add(1)), rc(add(2)))

    run = player.play(program, letters("abcb"))

    assert run.endings == ("", how, "")
    assert values(scratch) == [1, 1]


@pytest.mark.parametrize("how", HOW)
def test_a_session_is_used_again_after_it_gave_up(
    player: Player, reset: Reset, scratch: Database, how: str
) -> None:
    player.play((rc(add(1)), hurried(how, add(1))), letters("ab"))
    reset()

    run = player.play((rc(add(1)), rc(add(1))), letters("ab"))

    assert run.endings == ("", "")
    assert values(scratch) == [2, 0]


@pytest.mark.parametrize("how", HOW)
def test_every_execution_goes_as_it_went_before(player: Player, reset: Reset, how: str) -> None:
    program = (rc(add(1)), hurried(how, add(2), add(1)))

    def endings() -> list[tuple[tuple[int, ...], tuple[str, ...]]]:
        def play(prefix: Sequence[int]) -> Run:
            reset()
            return player.play(program, prefix)

        return [(run.order, run.endings) for run in explore(play)]

    assert endings() == endings()
