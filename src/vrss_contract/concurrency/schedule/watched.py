"""A session that is made to stop waiting: its statement ends, or it is seen to wait for others.

Who waits is asked of the server. The others are idle and hold what they hold, so that whoever waits
for them once would wait for ever, and is cancelled.
"""

from __future__ import annotations

import contextlib
import selectors
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import psycopg

from vrss_contract.concurrency.schedule import locks
from vrss_contract.concurrency.schedule.blocking import Monitor
from vrss_contract.concurrency.schedule.locks import Lock
from vrss_contract.concurrency.schedule.pinning import open_session
from vrss_contract.concurrency.schedule.program import Level
from vrss_contract.concurrency.schedule.wire import GoneError, Reply, SteppedSession
from vrss_contract.database.scratch import Database
from vrss_contract.sql import condition

SILENCE = {True: 0.2, False: 0.02}
"""Seconds after which a session that was not told that it waits is asked about: one that is told,
if its target lets it be, and one that is not."""
_CANCEL = "SELECT pg_cancel_backend(%s)"
# What a target may have changed in its session; without notices a wait is seen later. A function
# plans a statement as the first rows that it meets want it, and what is seen of it must not depend
# on who came before.
_BEGIN = (
    "BEGIN ISOLATION LEVEL {};{} SET LOCAL client_min_messages = log; SET LOCAL lock_timeout = 0;"
)
_ANEW = " DISCARD PLANS;"
FORCED = "SET CONSTRAINTS ALL IMMEDIATE"
"""What stands for the commit: what is deferred is done."""
UNDONE = "ROLLBACK; SELECT pg_advisory_unlock_all()"
"""Ends a transaction without a trace, also where its statement took locks of its session."""


def begin(level: Level = Level.RC, *, anew: bool = True) -> str:
    """What begins a transaction, as a line of its own.

    Args:
        level: its isolation level.
        anew: whether each statement is planned anew, for locks to be taken in the order of its own
            rows; which locks are taken hangs on no plan.
    """
    return f"{_BEGIN.format(level.sql, _ANEW if anew else '')}\n"


def begun(statement: str, level: Level = Level.RC, *, anew: bool = True) -> str:
    """A transaction as far as its commit, which is left out."""
    return f"{begin(level, anew=anew)}{statement}\n;{FORCED}"


@dataclass(frozen=True, slots=True)
class Wait:
    """A statement that waited for another session, and was cancelled."""

    lock: Lock
    where: str
    """What the server says of the place, such as the statement of a trigger."""
    rollbacks: int = 0
    """How many transactions were rolled back by what was sent, before it waited."""
    caught: bool = False
    """Whether it went on when it was canceled: of several that were sent, nobody knows which."""


class WatchedSession:
    """A session of the target's role; an administrator's sees who waits."""

    def __init__(
        self, session: SteppedSession, admin: psycopg.Connection, monitor: Monitor
    ) -> None:
        self._session = session
        self._admin = admin
        self._monitor = monitor

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
        others, lock, cancels = [*among], None, 0
        self._session.send(statement)
        with selectors.DefaultSelector() as selector:
            selector.register(self._session, selectors.EVENT_READ)
            while True:
                silent = not selector.select(SILENCE[self._session.tells])
                reply = self._session.poll()
                if reply and lock:
                    caught = cancels > 1 or condition.name(reply.sqlstate) != "query_canceled"
                    return Wait(lock, reply.context, reply.rollbacks, caught)
                if reply:
                    return reply
                if (silent or self._session.waiting_for) and self._waits(others):
                    lock = lock or locks.waited_for(self._admin, self.pid)
                    self._admin.execute(_CANCEL, [self.pid])
                    cancels += 1
                    self._session.waiting_for = ""  # until it is told of another wait

    def run_each(
        self,
        statements: Sequence[str],
        among: Iterable[int] = (),
        level: Level = Level.RC,
        *,
        anew: bool = True,
    ) -> Iterator[tuple[int, Reply | Wait]]:
        """Run each statement in a transaction that is undone, while ``among`` are idle.

        They are sent together, since most of them are done sooner than a question and its answer
        come and go. Yields the place of each that fails or waits, and what came of it.

        Raises:
            GoneError: the session has ended.
            psycopg.OperationalError: nobody says who waits.
        """
        others, start = [*among], 0
        while start < len(statements):
            sent = (f"{begun(one, level, anew=anew)};{UNDONE}" for one in statements[start:])
            seen = self.run(";\n".join(sent), others)
            if isinstance(seen, Reply) and not seen.sqlstate:
                return
            one_by_one = isinstance(seen, Wait) and seen.caught
            if one_by_one and len(statements) - start > 1:
                done(self.run(UNDONE))
                for place in range(start, len(statements)):
                    alone = self.run_each([statements[place]], others, level, anew=anew)
                    yield from ((place, what) for _, what in alone)
                return
            start += 0 if one_by_one else seen.rollbacks
            yield start, seen
            done(self.run(UNDONE))
            start += 1

    def _waits(self, others: list[int]) -> bool:
        return bool(others and self._monitor.ask([self.pid], others).blocked)


@contextlib.contextmanager
def watched(database: Database, sessions: int) -> Iterator[list[WatchedSession]]:
    """So many sessions, ended afterwards with whatever is open in them."""
    with contextlib.ExitStack() as stack:
        opened = []
        admin = stack.enter_context(database.administer())
        monitor = Monitor(admin)
        for place in range(sessions):
            session = open_session(database, admin, place)
            stack.callback(session.close)
            opened.append(WatchedSession(session, admin, monitor))
        yield opened


def done(reply: Reply | Wait) -> Reply:
    """The reply of a statement that nothing may keep from being done.

    Raises:
        GoneError: something did.
    """
    if isinstance(reply, Wait) or reply.sqlstate:
        raise GoneError(str(reply.lock) if isinstance(reply, Wait) else reply.message)
    return reply
