"""Sessions that are opened once and play interleavings one after the other.

One thread drives all of them.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from typing import Self

import psycopg

from vrss_contract.concurrency.schedule.blocking import Monitor
from vrss_contract.concurrency.schedule.pinning import open_session
from vrss_contract.concurrency.schedule.play import Play, TogetherError
from vrss_contract.concurrency.schedule.program import Event, Program, Run, Script
from vrss_contract.concurrency.schedule.wire import SteppedSession
from vrss_contract.database.scratch import Database

_TRIES = 5
PATIENT = 25
"""Tries for a replay, whose order is that of a run: a race that it won may be lost often."""


def _nobody(_: Event) -> None:
    """Look at no event."""


class Player:
    """Plays programs of up to ``sessions`` sessions; a statement has ``database.timeout`` seconds.

    ``reset`` puts the rows back; it is called before an order is played again because it did not
    go as it always goes (``Run.steady``), ``tries`` times at most. Without it, such a run is
    returned as it is.
    """

    def __init__(
        self,
        database: Database,
        sessions: int,
        *,
        reset: Callable[[], None] | None = None,
        tries: int = _TRIES,
    ) -> None:
        self._database = database
        self._reset = reset
        self._tries = tries
        self._together = True
        """Whether several steps may go at once where nobody can be waited for."""
        self._spare = sessions
        self._sessions: dict[int, SteppedSession] = {}
        self._open = contextlib.ExitStack()
        self._admin: psycopg.Connection | None = None

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as undo:
            undo.callback(self._leave)
            self._ready(range(self._spare))
            undo.pop_all()
        return self

    def __exit__(self, *exc: object) -> None:
        self._leave()

    def play(
        self,
        program: Program,
        prefix: Sequence[int] = (),
        seen: Callable[[Event], None] = _nobody,
    ) -> Run:
        """Play one interleaving: the prefix, then the first session that can be chosen.

        A letter of the prefix whose session can't be chosen is skipped. ``seen`` is called with
        each step that ended, once nothing is running; it may ask and must not write.

        Raises:
            psycopg.OperationalError: sessions can't be had.
        """
        places = range(len(program))
        run = self._play(program, places, prefix, seen)
        for _ in range(self._tries - 1):
            if run.steady or run.lost or not self._reset:
                break
            self._reset()
            run = self._play(program, places, prefix, seen)
        return run

    def retry(self, script: Script) -> str:
        """Run the script alone, in a session that no program uses.

        Returns nothing where it was committed, the condition it failed with, or ``lost``.
        """
        return self._play((script,), [self._spare], (), _nobody).endings[0]

    def _play(
        self,
        program: Program,
        places: Sequence[int],
        prefix: Sequence[int],
        seen: Callable[[Event], None],
    ) -> Run:
        sessions = self._ready(places)
        alone = len(places) == 1
        together = alone or (self._together and self._reset is not None)
        try:
            timeout = self._database.timeout
            play = Play(program, sessions, self._monitor, timeout, seen)
            play.together = together
            run = play.run(prefix)
        except TogetherError:
            # A lock that outlives its transaction: whoever leaves one will do so again.
            self._together = False
            self._leave()
            if self._reset:
                self._reset()
            return self._play(program, places, prefix, seen)
        except BaseException:
            self._leave()
            raise
        if run.lost:
            self._leave()
        return run

    def _ready(self, places: Sequence[int]) -> list[SteppedSession]:
        if self._admin is None:
            self._admin = self._open.enter_context(self._database.administer())
            self._monitor = Monitor(self._admin)
        for place in places:
            if place not in self._sessions:
                self._sessions[place] = open_session(self._database, self._admin, place)
        return [self._sessions[place] for place in places]

    def _leave(self) -> None:
        """End all sessions; the next play opens others."""
        sessions = list(self._sessions.values())
        self._sessions.clear()
        admin, self._admin = self._admin, None
        # A session that waits for a lock does not see that its client has gone.
        busy = [session.pid for session in sessions if session.flying]
        with contextlib.suppress(psycopg.Error):
            if admin and busy:
                admin.execute("SELECT pg_terminate_backend(pid) FROM unnest(%s) AS pid", [busy])
        for session in sessions:
            session.close()
        with contextlib.suppress(psycopg.Error):
            self._open.close()
