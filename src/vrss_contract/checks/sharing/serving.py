"""A process that works for another one: a thread works, the first one listens.

When who started it is gone, it gives up what it does and tidies up.
"""

from __future__ import annotations

import pickle
import signal
import threading
import traceback
from collections.abc import Iterator, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from queue import SimpleQueue
from typing import Any

from vrss_contract.checks.sharing.work import Bench, Came, Doing, Done, Event, Failed, Job

ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""What all processes of a group are sent, this one as well: who started it ends it."""
_PATIENCE = 10.0
"""Seconds to tidy up in, once it is told to give up."""


def serve(ours: Connection, others: Sequence[Connection], job: Job, place: int) -> None:
    """What a process does: a thread works, this one listens."""
    for other in others:
        other.close()  # or it would stay open when who listens there should hear of its end
    for one in ENDINGS:
        # Not ignored, which the programs that it starts would inherit.
        signal.signal(one, lambda *_: None)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDINGS)
    desk = _Desk(ours)
    worker = threading.Thread(target=_work_there, args=(desk, job, place), daemon=True)
    worker.start()
    try:
        while (message := ours.recv()) is not None:
            desk.inbox.put(message)
    except (EOFError, OSError):
        desk.give_up()
        worker.join(_PATIENCE)
    else:
        desk.inbox.put(None)
        worker.join()


class _Desk:
    """What the thread that works is told, and what it tells."""

    def __init__(self, ours: Connection) -> None:
        self._ours = ours
        self._bench: Bench | None = None
        self._over = threading.Event()
        self.inbox: SimpleQueue[Any] = SimpleQueue()

    def units(self, bench: Bench) -> Iterator[int]:
        """The units that are to be done at the bench."""
        self._bench = bench
        while (unit := self.inbox.get()) is not None and not self._over.is_set():
            yield unit

    def give_up(self) -> None:
        """Have what is at work fail, and begin nothing more."""
        self._over.set()
        if self._bench:
            self._bench.interrupt()
        self.inbox.put(None)

    def say(self, event: Event) -> None:
        """Tell who waits."""
        self._ours.send(event)

    def fail(self, error: BaseException) -> None:
        """Tell who waits why there is nothing more to come, if anybody does."""
        trace = "".join(traceback.format_exception(error))
        with suppress(OSError):
            self._ours.send(Failed(_sendable(error), trace))


def _sendable(error: BaseException) -> BaseException:
    """The error, or one that says the same and can go to another process."""
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - what was pickled here just now
    except Exception:  # noqa: BLE001 - whatever its class makes of it
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error


def _work_there(desk: _Desk, job: Job, place: int) -> None:
    try:
        job.prepare()
        given = desk.inbox.get()
        if given is None:
            return
        with job.open(given, place, lambda what: desk.say(Doing(what))) as bench:
            for unit in desk.units(bench):
                for result in bench.work(unit):
                    desk.say(Came(unit, result))
                desk.say(Done(unit))
    except BaseException as error:  # noqa: BLE001 - it is raised in the process that waits
        desk.fail(error)
