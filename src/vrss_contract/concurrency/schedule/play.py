"""One execution of a program, step by step.

It decides what may be chosen, when a step has taken all its effect, and who must be the victim of a
deadlock.
"""

from __future__ import annotations

import contextlib
import selectors
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import psycopg

from vrss_contract.concurrency.schedule.blocking import Monitor
from vrss_contract.concurrency.schedule.program import ENDLESS, LOST, Event, Program, Run, Script
from vrss_contract.concurrency.schedule.wire import GoneError, Reply, SteppedSession
from vrss_contract.sql import condition

# What a target may have changed in its session. The limit on locks is lifted, or a wait that is
# cut short could not be told from NOWAIT; who gives up at one has the shortest that there is.
_BEGIN = (
    "BEGIN ISOLATION LEVEL {level}; SET LOCAL client_min_messages = log;"
    "SET LOCAL statement_timeout = {timeout}; SET LOCAL lock_timeout = {lock}"
)
_ENVIRONMENT = ("53", "57", "58")
"""Classes that tell of memory, time limits, operators and disks, never of other sessions."""
_STOPPED = "57"
"""The class of statements and sessions that were stopped, which a target can do to itself."""
_DEADLOCK = "deadlock_detected"
_HURRIED, _CANCELED = "lock_not_available", "query_canceled"
"""How a session gives up: by its own limit on locks, or canceled as soon as it waits."""
_SOON, _LATER = 0.0005, 0.02
"""Seconds between two questions who waits: at first, and where the answer does not change."""
_SILENCE = 0.2
"""Seconds in which a session that waits must have been told so; it is asked about then."""


class TogetherError(Exception):
    """A session waits that was sent several steps at once: each has to be sent by itself."""


@dataclass(slots=True)
class _Actor:
    """A session and how far it has come."""

    number: int
    session: SteppedSession
    script: Script
    came: int = 0
    """How many steps it was sent, and of several at once came to."""
    sent: tuple[str, ...] = ()
    """The steps that were sent last."""
    waited: bool = False
    vague: bool = False
    """Whether it was taken for waiting without having been told so."""
    gave_up: bool = False
    """Whether it was canceled since it waited."""
    undoing: str = ""
    """The condition that it is rolled back for."""
    ending: str | None = None

    @property
    def idle(self) -> bool:
        """Whether it holds nothing: it has taken no step, or has ended."""
        return self.ending is not None or self.came == 0


@contextlib.contextmanager
def _named(actor: _Actor) -> Iterator[None]:
    """Say whose session it is that has gone."""
    try:
        yield
    except GoneError as error:
        told = f"session {chr(ord('a') + actor.number)}: {error}"
        raise GoneError(told, by_server=error.by_server) from error


class Play:
    """Sessions, one for each script, that are driven from BEGIN to their endings."""

    def __init__(
        self,
        program: Program,
        sessions: Sequence[SteppedSession],
        monitor: Monitor,
        timeout: float,
        seen: Callable[[Event], None],
    ) -> None:
        pairs = zip(sessions, program, strict=True)
        self._actors = [_Actor(number, *pair) for number, pair in enumerate(pairs)]
        self._monitor = monitor
        self._timeout = int(timeout * 1000)
        self._seen = seen
        self.together = False
        """Whether steps that can wait for nobody are sent at once."""
        self._order: list[int] = []
        self._choices: list[tuple[int, ...]] = []
        self._events: list[Event] = []
        self._fresh: list[Event] = []
        self._steady = True
        self._deadlocks: list[tuple[_Actor, dict[int, str]]] = []
        self._told = all(session.tells for session in sessions)

    def run(self, prefix: Sequence[int]) -> Run:
        """Follow the prefix, then the first session that can be chosen, to the end."""
        lost, by_server = "", False
        with selectors.DefaultSelector() as self._selector:
            try:
                self._play(prefix)
            except GoneError as error:
                lost, by_server = str(error), error.by_server
            except psycopg.OperationalError as error:
                lost, by_server = f"nobody says who waits: {error}", True
        self._events += self._fresh
        endings = (LOST if actor.ending is None else actor.ending for actor in self._actors)
        return Run(
            tuple(self._order),
            tuple(self._events),
            tuple(endings),
            tuple(self._choices),
            lost,
            by_server=by_server,
            steady=self._steady,
        )

    def _play(self, prefix: Sequence[int]) -> None:
        for actor in self._actors:
            self._selector.register(actor.session, selectors.EVENT_READ, actor)
            script, lock = actor.script, int(actor.script.gives_up == _HURRIED)
            begin = _BEGIN.format(level=script.level.sql, timeout=self._timeout, lock=lock)
            with _named(actor):
                actor.session.send(begin)
            # One after the other: now() is when a transaction began, and says who is the elder.
            while self._flying():
                self._take(None)
        self._fresh.clear()
        left, raced = list(prefix), False
        while enabled := self._enabled():
            chosen, rests = self._next(left, enabled)
            raced = raced or self._race()
            came = self._step(self._actors[chosen], len(rests))
            self._choices += [enabled] * came
            self._order += [chosen] * came
            left = rests[came - 1]
            self._judge()
            self._tell(chosen)
        self._steady &= not raced or self._order[: len(prefix)] == list(prefix)

    def _next(self, left: list[int], enabled: tuple[int, ...]) -> tuple[int, list[list[int]]]:
        """Who is chosen, and what is left of the letters after each step that goes now.

        Several go together where no other session is between its first step and its end: then
        there is nobody to wait for, and who is chosen after each is known before.
        """
        chosen, rest = _chosen(left, enabled)
        actor, rests = self._actors[chosen], [rest]
        steps = actor.script.steps[actor.came :]
        alone = all(one.idle for one in self._actors if one is not actor)
        if alone and self.together and not any(";" in step for step in steps):
            while len(rests) < len(steps):
                again, rest = _chosen(rest, enabled)
                if again != chosen:
                    break
                rests.append(rest)
        return chosen, rests

    def _race(self) -> bool:
        """Whether two wait for the same lock: the server decides who is first to go on."""
        locks = [actor.session.waiting_for for actor in self._flying()]
        return len(set(locks)) < len(locks)

    def _enabled(self) -> tuple[int, ...]:
        """Who can be chosen, once all that is under way waits."""
        idle = (a for a in self._actors if a.ending is None and not a.session.flying)
        return tuple(actor.number for actor in idle)

    def _flying(self) -> list[_Actor]:
        return [actor for actor in self._actors if actor.session.flying]

    def _step(self, actor: _Actor, count: int) -> int:
        """Take steps of one session, and wait until nothing runs; returns to how many it came."""
        before = actor.came
        actor.sent = actor.script.steps[before : before + count]
        actor.came += 1
        actor.waited = actor.vague = False
        actor.session.checked.clear()
        with _named(actor):
            actor.session.send("\n;".join(actor.sent))
        self._settle()
        if actor.session.flying and count > 1:
            raise TogetherError
        return actor.came - before

    def _settle(self) -> None:
        """Wait until nothing runs: each statement under way waits for another session."""
        pause, silent = _SOON, not self._take(_SILENCE if self._told else _SOON)
        while flying := self._flying():
            unheard = [a for a in flying if self._told and not a.session.waiting_for]
            if (silent or not unheard) and self._all_wait(flying):
                # Before it waited anew, a session was told that its last wait is over.
                if not self._take(0) and not self._give_up(flying):
                    for actor in flying:
                        actor.waited, actor.vague = True, actor in unheard
                    return
                silent = False
                continue
            silent = not self._take(_SILENCE if unheard else pause)
            pause = min(2 * pause, _LATER)

    def _give_up(self, flying: list[_Actor]) -> bool:
        """Let go who does not wait; whether there is somebody, of whom more will be heard."""
        for actor in flying:
            if actor.script.gives_up == _CANCELED:
                self._monitor.cancel(actor.session.pid)
                actor.gave_up, actor.session.waiting_for = True, ""
        return any(actor.script.gives_up for actor in flying)

    def _all_wait(self, flying: list[_Actor]) -> bool:
        """Whether nothing can happen any more until there is a choice."""
        everyone = [actor.session.pid for actor in self._actors]
        waits = self._monitor.ask((actor.session.pid for actor in flying), everyone)
        stands_still = len(waits.blocked) == len(flying) and not waits.cyclic
        if stands_still and not self._enabled():
            raise GoneError(ENDLESS)
        return stands_still

    def _take(self, timeout: float | None) -> bool:
        """Take in what comes within that time; whether anything came."""
        ready = self._selector.select(timeout)
        for key, _ in ready:
            actor: _Actor = key.data
            with _named(actor):
                reply = actor.session.poll()
                if reply:
                    self._ended(actor, reply)
        return bool(ready)

    def _ended(self, actor: _Actor, reply: Reply) -> None:
        if actor.undoing:
            actor.ending, actor.undoing = actor.undoing, ""
            return
        name = condition.name(reply.sqlstate) if reply.sqlstate else ""
        actor.gave_up |= name == _HURRIED == actor.script.gives_up
        if reply.sqlstate.startswith(_ENVIRONMENT) and not (actor.gave_up and name == _CANCELED):
            by_server = not reply.sqlstate.startswith(_STOPPED)
            raise GoneError(f"{name}: {reply.message}", by_server=by_server)
        if name == _DEADLOCK:
            self._deadlocks.append((actor, reply.cycle))
        waited = actor.waited or actor.gave_up or name == _DEADLOCK
        *done, last = _counts(actor, reply)
        for statement, rows in zip(actor.sent, done, strict=False):
            self._fresh.append(Event(actor.number, statement, waited, rows, "", ""))
        statement = actor.sent[len(done)] if actor.sent else ""
        self._fresh.append(Event(actor.number, statement, waited, last, name, reply.message))
        actor.came += len(done)
        if name and not actor.session.idle:
            actor.undoing = name
            actor.session.send("ROLLBACK")
        elif name or actor.came == len(actor.script.steps):
            actor.ending = name

    def _judge(self) -> None:
        """See whether each victim is the one that is always chosen.

        Whoever has looked for a deadlock in its wait does not look again; of the others it is the
        one with the shortest timeout, which is the first.
        """
        for victim, waits in self._deadlocks:
            earlier = (actor.session for actor in self._actors[: victim.number] if self._told)
            missed = (s.pid in waits and waits[s.pid] not in s.checked for s in earlier)
            self._steady &= not victim.vague and not any(missed)
        self._deadlocks.clear()

    def _tell(self, chosen: int) -> None:
        """Hand over what has ended, in an order that does not depend on what arrived first."""
        fresh = sorted(self._fresh, key=lambda e: (e.session != chosen, e.session))
        self._fresh.clear()
        for event in fresh:
            self._events.append(event)
            self._seen(event)


def _chosen(letters: Sequence[int], enabled: Sequence[int]) -> tuple[int, list[int]]:
    """Who of these is next, and the letters that are left: without any it is the first one."""
    for place, letter in enumerate(letters):
        if letter in enabled:
            return letter, list(letters[place + 1 :])
    return enabled[0], []


def _counts(actor: _Actor, reply: Reply) -> list[int]:
    """The rows of each step that was sent and came to its end, the last one by an error perhaps."""
    if len(actor.sent) <= 1:
        return [reply.rows]
    return [*reply.counts, 0] if reply.sqlstate else list(reply.counts)
