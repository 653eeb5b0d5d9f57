"""Two operations that meet at a gate: which do, and what comes of them.

Rule: contracts/README.md, "pairs".
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from vrss_contract.concurrency.gates import STRENGTHS, Gate, advisory_gates, row_gate
from vrss_contract.concurrency.oracle import Oracle, Played
from vrss_contract.concurrency.restorable import RestorableDatabase
from vrss_contract.concurrency.schedule.player import Player
from vrss_contract.concurrency.schedule.program import Level, Run, Script
from vrss_contract.concurrency.workload.call import with_values
from vrss_contract.contract.model import Contract, PairsPromise
from vrss_contract.database import baseline_rows
from vrss_contract.database.scratch import Database

NO_DEADLOCK, ALLOWED_ENDINGS = "no-deadlock", "allowed-endings"
"""What may be promised of the two that meet."""
_HELD = (0, 1, 1, 2, 2, 0)
"""The gate is held, each of the two goes as far as it can, the gate is let go."""


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
    player: Player
    thorough: bool = False

    def __iter__(self) -> Iterator[tuple[Meeting, Played]]:
        """Who does not outlast a gate alone is told alone: nobody can meet them there."""
        sides = callers(self.promise, self.contract)
        everyone = list(dict.fromkeys(itertools.chain(*sides)))
        for gate in row_gates(self.promise, thorough=self.thorough):
            held = set()
            for one in everyone:
                alone = Meeting(gate, (one,))
                played = Played(self._run(alone))
                if played.run.lost or played.run.endings[-1] not in {"", *one.may}:
                    yield alone, self.play(alone)
                elif any(event.session == 1 and event.waited for event in played.run.events):
                    held.add(one)
            yield from self._at(gate, held, sides)
        self.restorable.reset()
        for gate, takers in advisory_gates(self.database, [one.sql for one in everyone]).items():
            yield from self._at(gate, {everyone[place] for place in takers}, sides)

    def play(self, meeting: Meeting) -> Played:
        """What comes of the meeting; all that is asked of it, where its ending is promised."""
        if self.promise.promises == NO_DEADLOCK:
            return Played(self._run(meeting))
        oracle = Oracle(self.restorable, self.player, meeting.program, meeting.allowed_errors)
        return oracle.play(_HELD)

    def _run(self, meeting: Meeting) -> Run:
        self.restorable.reset()
        return self.player.play(meeting.program, _HELD)

    def _at(
        self, gate: Gate, held: Collection[Caller], sides: Sequence[Sequence[Caller]]
    ) -> Iterator[tuple[Meeting, Played]]:
        """The meetings of those that the gate holds up."""
        numbered = [[(n, one) for n, one in enumerate(side) if one in held] for side in sides]
        for (n, one), (m, other) in itertools.product(*numbered):
            orders = [(one, other), (other, one)]
            if not self.thorough:
                orders = [orders[(n + m) % 2]] if n <= m else []
            elif sides[0] == sides[1]:
                orders = orders[:1]
            for two in orders:
                meeting = Meeting(gate, two)
                yield meeting, self.play(meeting)
