"""Two statements that meet at a gate, played from there to their commits or undone.

What meets is sent whole, and nobody is asked who waits: the server tells each session that waits
for a lock. So a meeting takes half of the round trips that stepping it would.
"""

from __future__ import annotations

import contextlib
import selectors
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Self

import psycopg

from vrss_contract.concurrency.schedule.blocking import Monitor
from vrss_contract.concurrency.schedule.pinning import open_session
from vrss_contract.concurrency.schedule.program import COMMIT, LOST, Event, Program, Run, Script
from vrss_contract.concurrency.schedule.watched import (
    FORCED,
    SILENCE,
    UNDONE,
    Wait,
    WatchedSession,
    begin,
    begun,
)
from vrss_contract.concurrency.schedule.wire import GoneError, Reply, SteppedSession
from vrss_contract.database.scratch import Database
from vrss_contract.sql import condition

_ENVIRONMENT = ("53", "57", "58")
"""Classes that tell of memory, time limits, operators and disks, never of other sessions."""
_STOPPED = "57"
_TIME = "SET LOCAL statement_timeout = {};"
_DEFERRABLE = "SELECT EXISTS (SELECT FROM pg_catalog.pg_trigger WHERE tgdeferrable)"
_END = "SELECT pg_terminate_backend(pid) FROM unnest(%s) AS pid"


def _nobody(_: Event) -> None:
    """Look at no event."""


@dataclass(slots=True)
class _Member:
    """A session at a meeting."""

    letter: str
    session: SteppedSession
    answers: list[Reply] = field(default_factory=list)

    @property
    def failed(self) -> Reply | None:
        return next((one for one in self.answers if one.sqlstate), None)

    @property
    def ending(self) -> str:
        return condition.name(self.failed.sqlstate) if self.failed else ""

    @property
    def open(self) -> bool:
        """Whether its transaction waits to be ended."""
        return not (self.session.flying or self.session.idle)

    def send(self, statement: str) -> None:
        with self.named():
            self.session.send(statement)

    def take(self) -> None:
        """Take in what came, which may be its reply."""
        with self.named():
            reply = self.session.poll()
            if reply and reply.sqlstate.startswith(_ENVIRONMENT):
                by_server = not reply.sqlstate.startswith(_STOPPED)
                what = f"{condition.name(reply.sqlstate)}: {reply.message}"
                raise GoneError(what, by_server=by_server)
        self.answers += [reply] if reply else []

    @contextlib.contextmanager
    def named(self) -> Iterator[None]:
        """Say whose session it is that has gone."""
        try:
            yield
        except GoneError as error:
            told = f"session {self.letter}: {error}"
            raise GoneError(told, by_server=error.by_server) from error


class MeetingPlayer:
    """A session that holds a gate, and two that come to it; they are opened once.

    ``commits``: whether the two commit. Where only deadlocks matter they need not, and no row has
    to be put back: whoever is in a deadlock has committed nothing, and has seen what was committed
    before and its own rows alone. Once one of two has come to its end, it waits for nobody any
    more, and the other is alone, whether what it finds then was committed or undone.
    """

    def __init__(self, database: Database, *, commits: bool) -> None:
        self._database = database
        self._commits = commits
        self._begin = f"{begin()}{_TIME.format(int(database.timeout * 1000))}\n"
        self._open = contextlib.ExitStack()
        self._sessions: list[SteppedSession] = []
        self._deferrable = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._leave()

    def held(self, gate: str, statements: Sequence[str]) -> Iterator[tuple[int, Reply | Wait]]:
        """The places of those who wait or fail beside the gate, and what came of each.

        Raises:
            GoneError: a session has ended.
            psycopg.OperationalError: sessions can't be had, or nobody says who waits.
        """
        holder, other, _ = self._ready()
        try:
            watched = [WatchedSession(one, self._admin, self._monitor) for one in (holder, other)]
            watched[0].run(begun(gate))
            yield from watched[1].run_each(statements, [holder.pid])
            watched[0].run(UNDONE)
        except (GoneError, psycopg.OperationalError):
            self._leave()
            raise

    def play(
        self, program: Program, _: Sequence[int] = (), seen: Callable[[Event], None] = _nobody
    ) -> Run:
        """Have the first session hold its gate, the others come to it, and the first let go.

        There is one order to play it in. ``seen`` is called after each commit of theirs, while
        nothing runs or what does waits; it may ask and must not write.
        """
        members = [_Member(letter, one) for letter, one in zip("abc", self._ready(), strict=True)]
        members = members[: len(program)]
        lost, by_server = "", False
        with selectors.DefaultSelector() as self._selector:
            for member in members:
                self._selector.register(member.session, selectors.EVENT_READ, member)
            try:
                self._meet(members, [script.statements[0] for script in program])
                for event in self._ended(members[1:] or members):
                    seen(event)
            except GoneError as error:
                lost, by_server = str(error), error.by_server
            except psycopg.OperationalError as error:
                lost, by_server = f"nobody says who waits: {error}", True
            except BaseException:
                self._leave()
                raise
        if lost:
            self._leave()
        return _run(members, lost, by_server=by_server)

    def retry(self, script: Script) -> str:
        """Run the script alone; nothing where it was committed, else how it ended."""
        return self.play((script,)).endings[0]

    def _meet(self, members: Sequence[_Member], statements: Sequence[str]) -> None:
        """As far as where the gate has been let go."""
        # Where nothing can be deferred, whoever has come to its end takes no further lock.
        whole = "" if self._commits or self._deferrable else f"\n;{FORCED};{UNDONE}"
        holder = members[0] if len(members) > 1 else None
        for member, statement in zip(members, statements, strict=True):
            member.send(f"{self._begin}{statement}{'' if member is holder else whole}")
            self._come(member)
        if holder:
            holder.send(UNDONE)
            self._finish(holder)

    def _ended(self, members: Sequence[_Member]) -> Iterator[Event]:
        """Go on to all ends: whoever is done commits, the first one first."""
        finish = COMMIT if self._commits else f"{FORCED};{UNDONE}"
        left = list(members)
        while True:
            over = [one for one in left if not (one.open or one.session.flying)]
            left = [one for one in left if one not in over]
            if left and any(not one.failed for one in over):  # after the last one all is asked
                yield Event(0, COMMIT, waited=False, rows=0, condition="", message="")
            if not left:
                return
            done = [one for one in left if one.open]
            failed = [one for one in done if one.failed]
            for one in failed:
                one.send(UNDONE)
            if done and not failed and self._settled(left):
                done[0].send(finish)
                self._come(done[0])
            else:
                self._take()

    def _come(self, member: _Member) -> None:
        """Wait until its statement is done or waits for another session."""
        told = member.session
        while told.flying and not told.waiting_for:
            if not self._take() and self._settled([member]):
                return

    def _finish(self, member: _Member) -> None:
        while member.session.flying:
            self._take()

    def _settled(self, some: Sequence[_Member]) -> bool:
        """Whether all of them that are under way wait for another."""
        flying = [one.session.pid for one in some if one.session.flying]
        if not flying:
            return True
        waits = self._monitor.ask(flying, [session.pid for session in self._sessions])
        return len(waits.blocked) == len(flying) and not waits.cyclic

    def _take(self) -> bool:
        """Take in what comes; whether anything did before it was silent for long."""
        ready = self._selector.select(SILENCE[self._sessions[0].tells])
        for key, _ in ready:
            key.data.take()
        return bool(ready)

    def _ready(self) -> list[SteppedSession]:
        if not self._sessions:
            self._admin = self._open.enter_context(self._database.administer())
            self._monitor = Monitor(self._admin)
            (self._deferrable,) = self._admin.execute(_DEFERRABLE).fetchone() or (True,)
            for _ in "abc":
                # The same place for all: it does not matter here who is the victim.
                session = open_session(self._database, self._admin, 0)
                self._open.callback(session.close)
                self._sessions.append(session)
        return self._sessions

    def _leave(self) -> None:
        """End all sessions; who plays next opens others."""
        busy = [session.pid for session in self._sessions if session.flying]
        self._sessions = []
        with contextlib.suppress(psycopg.Error):
            if busy:  # a session that waits for a lock does not see that its client has gone
                self._admin.execute(_END, [busy])
        with contextlib.suppress(psycopg.Error):
            self._open.close()


def _run(members: Sequence[_Member], lost: str, *, by_server: bool) -> Run:
    events = (
        Event(n, "", waited=False, rows=0, condition=one.ending, message=one.failed.message)
        for n, one in enumerate(members)
        if one.failed
    )
    endings = (LOST if lost else one.ending for one in members)
    places = tuple(range(len(members)))
    return Run(places, tuple(events), tuple(endings), (), lost, by_server=by_server)
