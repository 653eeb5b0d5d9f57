"""Sessions that end, hang, are muted or can't be pinned, and orders that went another way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

import pytest

from tests.engine.schedules import OPPOSITE, Reset, add, letters, made, put_back, rc, values
from vrss_contract.concurrency.schedule import player as module
from vrss_contract.concurrency.schedule.player import Player
from vrss_contract.concurrency.schedule.program import Event, Run
from vrss_contract.database.scratch import Database, Databases


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


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        (
            "SELECT pg_terminate_backend(pg_backend_pid())",
            "session b: terminating connection due to administrator command",
        ),
        (
            "SELECT pg_sleep(60)",
            "session b: query_canceled: canceling statement due to statement timeout",
        ),
        ("COPY t FROM STDIN", "session b: it began a COPY, which takes its rows from no step"),
    ],
)
def test_a_session_that_does_not_answer_is_lost_and_replaced(
    scratch: Database, reset: Reset, statement: str, why: str
) -> None:
    reset()
    with Player(replace(scratch, timeout=0.3), 2) as player:
        run = player.play((rc(add(1)), rc(statement)), letters("ab"))
        again = player.play((rc(add(1)), rc(add(2))))

    assert (run.lost, run.endings) == (why, ("lost", "lost"))
    assert (again.lost, again.endings) == ("", ("", ""))
    assert values(scratch) == [1, 1]


def test_a_session_that_another_one_ends_while_idle_is_lost(player: Player) -> None:
    kill = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE state = 'idle in transaction' AND datname = current_database()"
    )

    run = player.play((rc(add(1)), rc(kill)), letters("abaa"))

    assert run.lost == "session a: terminating connection due to administrator command"


def test_an_interrupt_leaves_no_open_transaction(scratch: Database, reset: Reset) -> None:
    def interrupt(_: Event) -> None:
        raise KeyboardInterrupt

    reset()
    with Player(scratch, 2) as player, pytest.raises(KeyboardInterrupt):
        player.play((rc(add(1)), rc(add(2))), seen=interrupt)

    with scratch.connect() as session:  # waits until the sessions have ended
        session.execute("BEGIN; LOCK TABLE t; COMMIT")
    assert values(scratch) == [0, 0]


def test_a_function_that_mutes_its_session_does_not_hide_that_it_waits(player: Player) -> None:
    muted = rc("SET LOCAL client_min_messages = error", add(1))

    run = player.play((rc(add(1)), muted), letters("abb"))

    assert run.order == (0, 1, 1, 0, 1)
    assert [event.session for event in run.events if event.waited] == [1]


def test_without_a_superuser_waits_and_deadlocks_are_seen_as_well(
    scratch: Database, reset: Reset
) -> None:
    reset()
    with Player(replace(scratch, admin=scratch.user), 2) as player:
        waited = player.play((rc(add(1)), rc(add(1))), letters("abb"))
        deadlock = player.play(OPPOSITE, letters("abab"))

    assert waited.order == (0, 1, 0, 1)
    assert sorted(deadlock.endings) == ["", "deadlock_detected"]


def test_nothing_stays_set_for_the_role(player: Player, scratch: Database) -> None:
    player.play(OPPOSITE, letters("abab"))

    with scratch.administer() as admin:
        query = "SELECT count(*) FROM pg_db_role_setting AS s JOIN pg_database AS d"
        found = admin.execute(
            f"{query} ON d.oid = s.setdatabase WHERE datname = %s", [scratch.name]
        )
        assert found.fetchone() == (0,)


@pytest.mark.parametrize(("resets", "plays"), [(True, 3), (False, 1)])
def test_a_run_that_went_another_way_is_played_again_if_rows_can_be_put_back(
    scratch: Database, monkeypatch: pytest.MonkeyPatch, *, resets: bool, plays: int
) -> None:
    answers = iter([False, False, True])
    played, put_back = [], []

    class Fake:
        def __init__(self, *_: object) -> None:
            pass

        def run(self, prefix: Sequence[int]) -> Run:
            played.append(prefix)
            return Run((0,), (), ("",), ((0,),), steady=next(answers))

    monkeypatch.setattr(module, "Play", Fake)
    with Player(scratch, 1, reset=(lambda: put_back.append(1)) if resets else None) as player:
        run = player.play((rc(),), (0,))

    assert (run.steady, len(played), len(put_back)) == (resets, plays, plays - 1)
