"""Two operations that meet at a gate: which do, and what comes of them.

Rule: contracts/README.md, "pairs".
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from vrss_contract.concurrency.gates import STRENGTHS, Gate, advisory_gates, row_gate
from vrss_contract.concurrency.meeting_player import MeetingPlayer
from vrss_contract.concurrency.oracle import Oracle, Played
from vrss_contract.concurrency.restorable import RestorableDatabase
from vrss_contract.concurrency.schedule.program import Level, Script
from vrss_contract.concurrency.schedule.watched import Wait
from vrss_contract.concurrency.schedule.wire import GoneError, Reply
from vrss_contract.concurrency.workload.call import with_values
from vrss_contract.contract.model import Contract, PairsPromise
from vrss_contract.database import baseline_rows
from vrss_contract.database.scratch import Database
from vrss_contract.sql import condition

NO_DEADLOCK, ALLOWED_ENDINGS = "no-deadlock", "allowed-endings"
"""What may be promised of the two that meet."""


@dataclass(frozen=True, slots=True)
class Caller:
    """An operation as one statement, and the conditions that it may be refused with."""

    sql: str
    may: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Meeting:
    """Statements that meet at a gate, in the order in which they come to it; or one alone."""

    gate: Gate
    callers: tuple[Caller, ...]

    @property
    def program(self) -> tuple[Script, ...]:
        """The sessions: the gate's, and one for each of the two."""
        statements = (self.gate.sql, *(caller.sql for caller in self.callers))
        return tuple(Script(Level.RC, (sql,)) for sql in statements)

    @property
    def allowed_errors(self) -> tuple[tuple[str, ...], ...]:
        """What each session may be refused with."""
        return ((), *(caller.may for caller in self.callers))

    def __str__(self) -> str:
        return "\n".join(
            f"-- session {letter}\nBEGIN; {script.statements[0]}; COMMIT;"
            for letter, script in zip("abc", self.program, strict=False)
        )


def callers(promise: PairsPromise, contract: Contract) -> list[list[Caller]]:
    """The operations as either of the two calls them."""
    return [
        [
            Caller(
                with_values(name, values or {}, contract.operations),
                contract.operations[name].may,
            )
            for name in promise.operations
        ]
        for values in (promise.one, promise.other)
    ]


def row_gates(promise: PairsPromise, *, thorough: bool) -> list[Gate]:
    """The promise's rows, held as it says; in a thorough run with every strength."""
    strengths = STRENGTHS if thorough else (promise.strength,)
    return [row_gate(row, strength) for row in promise.gates for strength in strengths]


def rows(promise: PairsPromise, contract: Contract) -> list[str]:
    """What makes the rows that every meeting begins with."""
    statements = [caller.sql for side in callers(promise, contract) for caller in side]
    return baseline_rows.rows(statements, promise.given, contract)


@dataclass(frozen=True, slots=True)
class Meetings:
    """Every pair at every gate that holds up both of them, and what came of it.

    Where time is short, one of two meetings that are each other's mirror image is left out: where
    the operations change sides, or come to the gate in the other order.
    """

    promise: PairsPromise
    contract: Contract
    database: Database
    restorable: RestorableDatabase
    player: MeetingPlayer
    thorough: bool = False

    def __iter__(self) -> Iterator[tuple[Meeting, Played]]:
        """Who does not outlast a gate alone is told alone: nobody can meet them there."""
        sides = callers(self.promise, self.contract)
        everyone = list(dict.fromkeys(itertools.chain(*sides)))
        for gate in row_gates(self.promise, thorough=self.thorough):
            yield from self._at_row(gate, everyone, sides)
        self.restorable.reset()
        for gate, takers in advisory_gates(self.database, [one.sql for one in everyone]).items():
            yield from self._at(gate, self._two(gate, {everyone[place] for place in takers}, sides))

    def play(self, meeting: Meeting) -> Played:
        """What comes of the meeting; all that is asked of it, where its ending is promised."""
        if self.promise.promises == NO_DEADLOCK:
            return Played(self.player.play(meeting.program))
        oracle = Oracle(self.restorable, self.player, meeting.program, meeting.allowed_errors)
        return oracle.play(())

    def _at_row(
        self, gate: Gate, everyone: Sequence[Caller], sides: Sequence[Sequence[Caller]]
    ) -> Iterator[tuple[Meeting, Played]]:
        """Those that are refused beside the gate alone, then the meetings of those it holds up."""
        self.restorable.reset()
        seen = self._beside(gate, everyone)
        held = [one for one, what in seen.items() if isinstance(what, Wait)]
        refused = [one for one, what in seen.items() if not _outlasted(one, what)]
        meetings = list(self._two(gate, held, sides))
        met = {one for meeting in meetings for one in meeting.callers}
        for one in everyone:
            if one in refused or (one in held and one not in met):
                alone = Meeting(gate, (one,))
                yield alone, self.play(alone)
        yield from self._at(gate, meetings)

    def _beside(self, gate: Gate, some: Sequence[Caller]) -> dict[Caller, Reply | Wait | None]:
        """What came of those that wait or are refused beside the gate; None of lost sessions."""
        try:
            seen = list(self.player.held(gate.sql, [one.sql for one in some]))
        except GoneError:
            if len(some) == 1:
                return {some[0]: None}
            one_by_one = (self._beside(gate, [one]) for one in some)
            return {one: what for each in one_by_one for one, what in each.items()}
        return {some[place]: what for place, what in seen}

    def _at(self, gate: Gate, meetings: Iterable[Meeting]) -> Iterator[tuple[Meeting, Played]]:
        """What comes of the meetings; who comes to no end by itself is told alone, and once."""
        alone: dict[Caller, Played] = {}
        for meeting in meetings:
            if any(one in alone and alone[one].run.lost for one in meeting.callers):
                continue
            played = self.play(meeting)
            endless = []
            for one in meeting.callers if played.run.lost else ():
                if one not in alone:
                    alone[one] = self.play(Meeting(gate, (one,)))
                    endless += [one] * bool(alone[one].run.lost)
            yield from ((Meeting(gate, (one,)), alone[one]) for one in endless)
            if not endless:
                yield meeting, played

    def _two(
        self, gate: Gate, held: Collection[Caller], sides: Sequence[Sequence[Caller]]
    ) -> Iterator[Meeting]:
        """The meetings of those that the gate holds up."""
        numbered = [[(n, one) for n, one in enumerate(side) if one in held] for side in sides]
        for (n, one), (m, other) in itertools.product(*numbered):
            orders = [(one, other), (other, one)]
            if not self.thorough:
                orders = [orders[(n + m) % 2]] if n <= m else []
            elif sides[0] == sides[1]:
                orders = orders[:1]
            yield from (Meeting(gate, two) for two in orders)


def _outlasted(caller: Caller, seen: Reply | Wait | None) -> bool:
    """Whether nothing is wrong with what came of a caller beside a gate."""
    if isinstance(seen, Reply):
        return condition.name(seen.sqlstate) in caller.may
    return seen is not None
