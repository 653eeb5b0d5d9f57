"""Sessions are stepped in the order asked for, and the server says who waits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import pytest

from tests.engine.schedules import OPPOSITE, Reset, add, letters, made, put_back, rc, values
from vrss_contract.concurrency.schedule.explore import explore
from vrss_contract.concurrency.schedule.player import Player
from vrss_contract.concurrency.schedule.program import Event, Level, Run, Script
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


def test_the_order_asked_for_is_the_order_played(player: Player) -> None:
    run = player.play((rc("SELECT 1"), rc("SELECT 1")), letters("baba"))

    assert run.order == (1, 0, 1, 0)
    assert [event.session for event in run.events] == [1, 0, 1, 0]
    assert run.choices == ((0, 1), (0, 1), (0, 1), (0,))


def test_beyond_the_prefix_the_first_that_can_be_chosen_is(player: Player) -> None:
    assert player.play((rc("SELECT 1"), rc("SELECT 1")), letters("b")).order == (1, 0, 0, 1)


def test_what_is_committed_is_there(player: Player, scratch: Database) -> None:
    run = player.play((rc(add(1)),))

    assert run.endings == ("",)
    assert [(e.statement, e.rows) for e in run.events] == [(add(1), 1), ("COMMIT", 0)]
    assert values(scratch) == [1, 0]


def test_a_session_that_waits_is_seen_and_can_not_be_chosen(player: Player) -> None:
    run = player.play((rc(add(1)), rc(add(1))), letters("abbb"))

    assert run.order == (0, 1, 0, 1)
    assert run.choices == ((0, 1), (0, 1), (0,), (1,))
    assert [(e.session, e.waited) for e in run.events] == [
        (0, False),
        (0, False),
        (1, True),
        (1, False),
    ]


def test_a_lost_update_at_repeatable_read_is_refused(player: Player, scratch: Database) -> None:
    script = Script(Level.RR, (add(1),))

    run = player.play((script, script), letters("abab"))

    assert run.endings == ("", "serialization_failure")
    assert run.events[-1].message == "could not serialize access due to concurrent update"
    assert values(scratch) == [1, 0]


def test_the_snapshot_begins_with_the_first_statement(player: Player) -> None:
    late = Script(Level.RR, (add(1),))

    assert player.play((rc(add(1)), late), letters("aabb")).endings == ("", "")


@pytest.mark.parametrize(
    ("order", "endings"),
    [("abab", ("", "deadlock_detected")), ("abba", ("deadlock_detected", ""))],
)
def test_the_victim_of_a_deadlock_is_who_closed_the_cycle(
    player: Player, order: str, endings: tuple[str, ...]
) -> None:
    run = player.play(OPPOSITE, letters(order))

    assert (run.endings, run.steady) == (endings, True)
    assert [e.waited for e in run.events if e.condition] == [True]


def test_a_cycle_of_three_has_its_victim(player: Player) -> None:
    third = "INSERT INTO t VALUES (3, 0) ON CONFLICT (id) DO UPDATE SET v = 1"
    ring = (rc(add(1), add(2)), rc(add(2), third), rc(third, add(1)))

    run = player.play(ring, letters("abcbca"))

    assert run.endings == ("deadlock_detected", "", "")


def test_every_execution_goes_as_it_went_before(player: Player, reset: Reset) -> None:
    def play(prefix: Sequence[int]) -> Run:
        reset()
        return player.play(OPPOSITE, prefix)

    first = list(explore(play))

    assert len(first) == 8
    assert [list(explore(play)) for _ in range(3)] == [first] * 3


def test_commit_can_fail_when_reads_crossed(player: Player) -> None:
    def skew(row: int) -> Script:
        return Script(Level.SER, ("SELECT sum(v) FROM t", add(row)))

    run = player.play((skew(1), skew(2)), letters("aabbab"))

    assert run.endings == ("", "serialization_failure")
    assert run.events[-1].statement == "COMMIT"


def test_commit_can_fail_by_a_deferred_constraint(player: Player) -> None:
    run = player.play((rc("INSERT INTO late VALUES (1), (1)"),))

    assert run.endings == ("unique_violation",)
    assert [event.condition for event in run.events] == ["", "unique_violation"]


def test_who_failed_is_rolled_back_at_once_and_has_no_more_steps(player: Player) -> None:
    fails = rc(add(1), "SELECT 1 / 0", add(2))

    run = player.play((fails, rc(add(1))), letters("abaaaa"))

    assert run.order == (0, 1, 0, 1)
    assert run.endings == ("division_by_zero", "")
    assert [(e.session, e.condition) for e in run.events] == [
        (0, ""),
        (0, "division_by_zero"),
        (1, ""),
        (1, ""),
    ]


def test_a_session_is_used_again_after_it_failed(player: Player, scratch: Database) -> None:
    player.play((rc(add(1), "SELECT 1 / 0"),))

    assert player.play((rc(add(1)),)).endings == ("",)
    assert values(scratch) == [1, 0]


def test_what_is_seen_is_seen_while_nothing_runs(player: Player, scratch: Database) -> None:
    found: list[tuple[str, int, list[int]]] = []

    def look(event: Event) -> None:
        found.append((event.statement, event.session, values(scratch)))

    player.play((rc(add(1)), rc(add(1))), letters("abab"), look)

    assert found == [
        (add(1), 0, [0, 0]),
        ("COMMIT", 0, [1, 0]),
        (add(1), 1, [1, 0]),
        ("COMMIT", 1, [2, 0]),
    ]


def test_a_retry_is_alone_and_says_what_it_ended_in(player: Player, scratch: Database) -> None:
    assert player.retry(rc(add(1))) == ""
    assert player.retry(rc(add(1), "SELECT 1 / 0")) == "division_by_zero"
    assert values(scratch) == [1, 0]


def test_a_statement_of_any_length_is_sent(player: Player) -> None:
    run = player.play((rc(f"SELECT '{'x' * 5_000_000}'"),))

    assert (run.endings, run.lost) == (("",), "")
