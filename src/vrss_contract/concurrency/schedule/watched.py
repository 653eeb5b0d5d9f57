"""A session that is made to stop waiting: its statement ends, or it is seen to wait for others.

Who waits is asked of the server. The others are idle and hold what they hold, so that whoever waits
for them once would wait for ever, and is cancelled.
"""

from __future__ import annotations

import contextlib
import selectors
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import psycopg

from vrss_contract.concurrency.schedule import locks
from vrss_contract.concurrency.schedule.blocking import Monitor
from vrss_contract.concurrency.schedule.locks import Lock
from vrss_contract.concurrency.schedule.pinning import open_session
from vrss_contract.concurrency.schedule.wire import GoneError, Reply, SteppedSession
from vrss_contract.database.scratch import Database

_SILENCE = 0.05
"""Seconds after which a session that was not told that it waits is asked about."""
_CANCEL = "SELECT pg_cancel_backend(%s)"


@dataclass(frozen=True, slots=True)
class Wait:
    """A statement that waited for another session, and was cancelled."""

    lock: Lock
    where: str
    """What the server says of the place, such as the statement of a trigger."""


class WatchedSession:
    """A session of the target's role."""

    def __init__(self, session: SteppedSession, admin: psycopg.Connection) -> None:
        self._session = session
        self._admin = admin
        self._monitor = Monitor(admin)

    @property
    def pid(self) -> int:
        """The process that serves it."""
        return self._session.pid

    @property
    def advisory_keys(self) -> list[str]:
        """The keys of the advisory locks that it holds, as the functions take them."""
        return locks.advisory_keys(self._admin, self.pid)

    def run(self, statement: str, among: Iterable[int] = ()) -> Reply | Wait:
        """Run a statement, or several, while the sessions ``among`` others are idle.

        Raises:
            GoneError: the session has ended.
            psycopg.OperationalError: nobody says who waits.
        """
        others, lock = [*among], None
        self._session.send(statement)
        with selectors.DefaultSelector() as selector:
            selector.register(self._session, selectors.EVENT_READ)
            while True:
                silent = not selector.select(_SILENCE)
                reply = self._session.poll()
                if reply:
                    return Wait(lock, reply.context) if lock else reply
                if (silent or self._session.waiting_for) and self._waits(others):
                    lock = lock or locks.waited_for(self._admin, self.pid)
                    self._admin.execute(_CANCEL, [self.pid])

    def _waits(self, others: list[int]) -> bool:
        return bool(others and self._monitor.ask([self.pid], others).blocked)


@contextlib.contextmanager
def watched(database: Database, sessions: int) -> Iterator[list[WatchedSession]]:
    """So many sessions, ended afterwards with whatever is open in them."""
    with contextlib.ExitStack() as stack:
        opened = []
        for place in range(sessions):
            admin = stack.enter_context(database.administer())
            session = open_session(database, admin, place)
            stack.callback(session.close)
            opened.append(WatchedSession(session, admin))
        yield opened


def done(reply: Reply | Wait) -> Reply:
    """The reply of a statement that nothing may keep from being done.

    Raises:
        GoneError: something did.
    """
    if isinstance(reply, Wait) or reply.sqlstate:
        raise GoneError(str(reply.lock) if isinstance(reply, Wait) else reply.message)
    return reply
