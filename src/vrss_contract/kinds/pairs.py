"""Kind ``pairs``: no two of these operations, each a transaction of its own, end in a deadlock.

Knows how two statements are made to meet inside of each other: a third session holds a row that
both want, so that each stands there with what it has locked on its way; does not know how sessions
are stepped. Rule: contracts/README.md, "pairs".
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import psycopg

from vrss_contract.clause.model import Clause, Contract, PairsPromise
from vrss_contract.clause.model import Target as Row
from vrss_contract.kinds import rehearsal
from vrss_contract.kinds.common import Bench, Judged, decided, lost
from vrss_contract.loading import said
from vrss_contract.schedule.player import Player
from vrss_contract.schedule.program import Level, Run, Script
from vrss_contract.sql.literal import identifier
from vrss_contract.stage import Stage
from vrss_contract.target import Target
from vrss_contract.verdict import Finding, Verdict
from vrss_contract.workload.call import Call, statement

DIVISIBLE = False
_STRENGTHS = ("FOR UPDATE", "FOR NO KEY UPDATE")
_HELD = (0, 1, 1, 2, 2, 0)
"""The gate is held, each of the two goes as far as it can, the gate is let go."""
_EXPECTED = "no deadlock"
_VALUES = 2
"""Values that a parameter takes in turn where all is tried; a gate tries the first of each."""


@dataclass(frozen=True, slots=True)
class Gate:
    """A row held with some strength."""

    sql: str


@dataclass(frozen=True, slots=True)
class Meeting:
    """Two statements that meet at a gate, in the order in which they come to it."""

    gate: Gate
    first: str
    second: str

    @property
    def program(self) -> tuple[Script, ...]:
        """The sessions: the gate's, and one for each of the two."""
        return tuple(Script(Level.RC, (sql,)) for sql in (self.gate.sql, self.first, self.second))

    def __str__(self) -> str:
        return "\n".join(
            f"-- session {letter}\nBEGIN; {script.statements[0]}; COMMIT;"
            for letter, script in zip("abc", self.program, strict=True)
        )


def judge(clauses: Sequence[Clause], bench: Bench) -> Iterator[Verdict]:
    """A verdict for each clause, in order."""
    with (
        bench.clone() as copy,
        Stage(copy, bench.contract) as stage,
        Player(copy, len("abc"), reset=stage.reset) as player,
    ):
        for clause in clauses:
            yield decided(clause, _judged(clause, bench, stage, player))


def sql(clause: Clause, contract: Contract, _: Target) -> str:
    """The rows, the gates and the operations; each pair meets at each gate that holds up both."""
    promise = _promise(clause)
    lines = ["-- committed first", *(f"{row};" for row in rows(promise, contract))]
    lines += ["", "-- a third session holds one of these"]
    lines += [f"BEGIN; {gate.sql};" for gate in _gates(promise, _STRENGTHS)]
    lines += ["", "-- and two other sessions run two of these"]
    return "\n".join([*lines, *(f"{one};" for one in _statements(promise, contract, 1))])


def rows(promise: PairsPromise, contract: Contract) -> list[str]:
    """What makes the rows that every meeting begins with."""
    return rehearsal.rows(_statements(promise, contract, 1), promise.given, contract)


def meetings(
    promise: PairsPromise, contract: Contract, stage: Stage, player: Player, *, thorough: bool
) -> Iterator[tuple[Meeting, Run]]:
    """Every pair at every gate that holds up both of them, in both orders, and how it ended."""
    statements = _statements(promise, contract, _VALUES if thorough else 1)
    for gate in _gates(promise, _STRENGTHS if thorough else _STRENGTHS[:1]):
        held = [one for one in statements if _waits(gate, one, stage, player)]
        for (n, first), (m, second) in itertools.product(enumerate(held), repeat=2):
            # A gate has time for one order of each two: either comes first about as often.
            if thorough or (n > m) == bool((n + m) % 2):
                meeting = Meeting(gate, first, second)
                stage.reset()
                yield meeting, player.play(meeting.program, _HELD)


def _promise(clause: Clause) -> PairsPromise:
    if not isinstance(clause.promise, PairsPromise):
        raise TypeError(clause.id)
    return clause.promise


def _judged(clause: Clause, bench: Bench, stage: Stage, player: Player) -> list[Judged]:
    promise, contract = _promise(clause), bench.contract
    found = []
    try:
        stage.prepare(rows(promise, contract))
        for meeting, run in meetings(promise, contract, stage, player, thorough=bench.thorough):
            if run.lost:
                found.append(lost(Finding(str(meeting), _EXPECTED, run.lost)))
            elif "deadlock_detected" in run.endings:
                because = "two statements that wait for the same row, which is then let go"
                found.append(Judged((Finding(because, _EXPECTED, "a deadlock", str(meeting)),)))
    except psycopg.Error as error:
        found.append(lost(Finding("the rows before", "they are taken", said(error))))
    return found


def _gates(promise: PairsPromise, strengths: Sequence[str]) -> list[Gate]:
    return [_gate(row, strength) for row in promise.gates for strength in strengths]


def _gate(row: Row, strength: str) -> Gate:
    return Gate(f"SELECT FROM {identifier(row.table)} WHERE id = {row.id} {strength}")


def _statements(promise: PairsPromise, contract: Contract, values: int) -> list[str]:
    """Each operation, called with the first few values of each parameter."""
    calls = (
        Call(name, chosen)
        for name in promise.operations
        for chosen in itertools.product(
            *(domain[:values] for domain in contract.operations[name].takes.values())
        )
    )
    return list(dict.fromkeys(statement(call, contract.operations) for call in calls))


def _waits(gate: Gate, one: str, stage: Stage, player: Player) -> bool:
    """Whether the gate holds the statement up."""
    stage.reset()
    run = player.play((Script(Level.RC, (gate.sql,)), Script(Level.RC, (one,))), (0, 1, 1, 0))
    return any(event.session == 1 and event.waited for event in run.events)
