"""Work that is shared among processes: all of it is done, and none of them stays."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.engine.jobs import WordsBench, WordsJob
from tests.engine.owners import wait_until
from vrss_contract.checks.sharing.processes import Processes
from vrss_contract.checks.sharing.work import Begun, Came, Doing, Done, Event, here
from vrss_contract.database.loader import SERVER_DIED
from vrss_contract.errors import TroubleError

_CHECKOUT = Path(__file__).parents[2]
WORDS = ("a", "b", "c", "d", "e")


def shared(count: int, *words: str, until: str = "") -> list[Event]:
    with Processes(WordsJob(words), count) as processes:
        pids = processes.pids
        try:
            return list(processes.work("begun", range(len(words)), str, lambda one: one == until))
        finally:
            assert not any(map(psutil.pid_exists, pids))


def results(events: list[Event]) -> list[tuple[int, object]]:
    return sorted((one.unit, one.result) for one in events if isinstance(one, Came))


@pytest.mark.parametrize("count", [1, 2, 7])
def test_as_much_comes_of_it_as_in_one_process(count: int) -> None:
    alone = list(here(WordsBench(WORDS), range(len(WORDS))))

    together = shared(count, *WORDS)

    assert results(together) == results(alone)
    for type_ in (Begun, Done):
        assert sum(isinstance(one, type_) for one in together) == len(WORDS)


def test_each_process_says_what_takes_its_time() -> None:
    said = {one.what for one in shared(2, "a", "b") if isinstance(one, Doing)}

    assert said == {"begun 1", "begun 2"}


def test_an_error_is_raised_with_its_words() -> None:
    with pytest.raises(TroubleError) as raised:
        shared(2, "a", "fail")

    assert str(raised.value) == str(SERVER_DIED(tried="to judge"))


def test_what_nobody_foresaw_is_raised_with_where_it_was() -> None:
    with pytest.raises(RuntimeError, match="_UnsendableError: surprise in unit 1") as raised:
        shared(2, "a", "surprise")

    assert "jobs.py" in str(raised.value.__cause__)


def test_a_process_that_is_killed_is_told_as_an_error_of_ours() -> None:
    with pytest.raises(TroubleError, match="ended midway") as raised:
        shared(2, "die", "hang")

    assert str(raised.value).startswith("error[process-died]: ")
    assert "signal 9 (Killed)" in raised.value.found


def test_nothing_more_is_done_once_it_is_enough() -> None:
    events = shared(2, "hang", "a", "b", until="a ended")

    assert (1, "a ended") in results(events)
    assert (2, "b begun") not in results(events)


def test_in_one_process_too_nothing_more_is_done_once_it_is_enough() -> None:
    events = list(here(WordsBench(WORDS), range(len(WORDS)), lambda one: one == "b begun"))

    assert results(events)[-1] == (1, "b begun")


def test_what_hangs_in_one_process_is_interrupted() -> None:
    events = here(WordsBench(("hang",)), [0])
    assert [next(events), next(events)] == [Begun(0), Came(0, "hang begun")]

    events.close()  # type: ignore[attr-defined] # it is a generator, which ends so


def test_none_stays_where_who_started_them_is_killed() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.engine.jobs"], stdout=subprocess.PIPE, cwd=_CHECKOUT
    ) as parent:
        assert parent.stdout
        pids = [int(word) for word in parent.stdout.readline().split()]
        parent.send_signal(signal.SIGKILL)

    assert len(pids) == 2
    wait_until(lambda: not any(map(psutil.pid_exists, pids)))
