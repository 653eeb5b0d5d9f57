"""Processes that share units of work: whoever is idle gets the next one.

They are started before there is a server, a session or a thread, so that they begin as copies of
this process and inherit nothing that would outlive it. Each listens to a pipe, which the system
closes however this process ends, and then gives up what it does.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Any, Self

from vrss_contract.checks.errors import PROCESS_DIED
from vrss_contract.checks.sharing.serving import ENDINGS, serve
from vrss_contract.checks.sharing.work import Begun, Came, Done, Enough, Event, Failed, Job

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

_PATIENCE = 15.0
"""Seconds until a process is killed that was told to give up: more than it has to tidy up in."""


class RemoteError(Exception):
    """Where in another process an exception was raised."""

    def __init__(self, trace: str) -> None:
        super().__init__(f"\n{trace}")


class Processes:
    """Copies of this process that wait for work, until the context ends."""

    def __init__(self, job: Job, count: int) -> None:
        self._job = job
        self._count = count
        self._members: dict[Connection, BaseProcess] = {}

    def __enter__(self) -> Self:
        # A copy of a process with several threads may have locks that nobody will open.
        alone = sys.platform == "linux" and threading.active_count() == 1
        context = (
            multiprocessing.get_context("fork") if alone else multiprocessing.get_context("spawn")
        )
        with ExitStack() as undo:
            undo.callback(self.stop)
            for place in range(1, self._count + 1):
                ours, theirs = context.Pipe()
                others = [*self._members, ours] if alone else []
                process = context.Process(
                    target=serve, args=(theirs, others, self._job, place), daemon=True
                )
                _start(process)
                theirs.close()
                self._members[ours] = process
            undo.pop_all()
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()

    def work(
        self,
        given: Any,
        order: Sequence[int],
        what: Callable[[int], str],
        enough: Enough = lambda _: False,
    ) -> Iterator[Event]:
        """Have all units done, in about that order; what comes of them, as it comes.

        Args:
            given: what the benches are made of.
            order: the numbers of the units.
            what: what one is called where a process ends in the midst of it.
            enough: whether nothing more is to be done, now that something came of a unit.

        Raises:
            BaseException: what one of them raised.
        """
        try:
            yield from self._events(given, order, what, enough)
        finally:  # before what it was given goes
            self.stop()

    @property
    def pids(self) -> list[int]:
        """The ids of those that were not told to stop."""
        return [process.pid for process in self._members.values() if process.pid]

    def stop(self) -> None:
        """Have them give up, and wait for that."""
        for member in self._members:
            member.close()
        self._join(_PATIENCE)
        self._members.clear()

    def _events(
        self, given: Any, order: Sequence[int], what: Callable[[int], str], enough: Enough
    ) -> Iterator[Event]:
        queue, busy = list(reversed(order)), dict[Connection, int]()
        for member in self._members:
            self._say(member, given, "its part")
        idle = list(self._members)
        while queue or busy:
            while queue and idle:
                member, unit = idle.pop(), queue.pop()
                self._say(member, unit, what(unit))
                busy[member] = unit
                yield Begun(unit)
            ready = wait(list(busy))
            for member in [one for one in busy if one in ready]:
                event = self._heard(member, what(busy[member]))
                if isinstance(event, Done):
                    idle.append(member)
                    del busy[member]
                yield event
                if isinstance(event, Came) and enough(event.result):
                    return
        for member in idle:
            self._say(member, None, "nothing more")
        self._join(None)

    def _join(self, patience: float | None) -> None:
        for process in self._members.values():
            process.join(patience)
            if process.is_alive():
                process.kill()
                process.join()

    def _say(self, member: Connection, message: object, what: str) -> None:
        try:
            member.send(message)
        except OSError as error:
            raise self._died(member, what) from error

    def _heard(self, member: Connection, what: str) -> Event:
        try:
            event: Event | Failed = member.recv()
        except (EOFError, OSError) as error:
            raise self._died(member, what) from error
        if isinstance(event, Failed):
            raise event.error from RemoteError(event.trace)
        return event

    def _died(self, member: Connection, what: str) -> Exception:
        process = self._members[member]
        process.join()
        code = process.exitcode or 0
        named = f"signal {-code} ({signal.strsignal(-code)})" if code < 0 else f"code {code}"
        return PROCESS_DIED(what=what, pid=process.pid, code=named)


def _start(process: BaseProcess) -> None:
    """Start it deaf, until it can hear signals in its own way."""
    heard = signal.pthread_sigmask(signal.SIG_BLOCK, ENDINGS)
    try:
        process.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, heard)
