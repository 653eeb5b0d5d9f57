"""What those who work have in common: what they are given, and what they tell.

One that works in this process does it by a thread; the others are ``processes``.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any, Protocol


class Bench(Protocol):
    """What one process, or this one, works at."""

    def work(self, unit: int) -> Iterator[Any]:
        """Do a unit of work; what comes of it, one by one."""
        ...

    def interrupt(self) -> None:
        """Have what is at work fail soon. Called from another thread."""
        ...


class Job(Protocol):
    """What the processes are for; a copy of it goes to each."""

    def prepare(self) -> None:
        """Do what can be done before anything is given."""
        ...

    def open(
        self, given: Any, place: int, doing: Callable[[str], None]
    ) -> AbstractContextManager[Bench]:
        """The bench of the process at that place, from 1; ``doing`` is told what takes time."""
        ...


@dataclass(frozen=True, slots=True)
class Begun:
    """A unit of work was begun."""

    unit: int


@dataclass(frozen=True, slots=True)
class Came:
    """Something came of a unit."""

    unit: int
    result: Any


@dataclass(frozen=True, slots=True)
class Done:
    """A unit is done."""

    unit: int


@dataclass(frozen=True, slots=True)
class Doing:
    """Something takes its time."""

    what: str


@dataclass(frozen=True, slots=True)
class Failed:
    """A process can't go on."""

    error: BaseException
    trace: str


Event = Begun | Came | Done | Doing


Enough = Callable[[Any], bool]
"""Whether nothing more is to be done, now that this came of a unit."""


def here(bench: Bench, order: Sequence[int], enough: Enough = lambda _: False) -> Iterator[Event]:
    """Have all units done in this process, one by one; what comes of them, as it comes.

    By a thread, so that an interrupt finds this one waiting, and can end what that one waits for.

    Raises:
        BaseException: what was raised by one of them.
    """
    said: SimpleQueue[Event | BaseException | None] = SimpleQueue()
    worker = threading.Thread(target=_work_here, args=(bench, order, enough, said), daemon=True)
    worker.start()
    try:
        while (event := said.get()) is not None:
            if isinstance(event, BaseException):
                raise event
            yield event
    finally:
        if worker.is_alive():
            bench.interrupt()
        worker.join()


def _work_here(
    bench: Bench,
    order: Sequence[int],
    enough: Enough,
    said: SimpleQueue[Event | BaseException | None],
) -> None:
    try:
        for unit in order:
            said.put(Begun(unit))
            for result in bench.work(unit):
                said.put(Came(unit, result))
                if enough(result):
                    return
            said.put(Done(unit))
    except BaseException as error:  # noqa: BLE001 - it is raised where the events are read
        said.put(error)
    finally:
        said.put(None)
