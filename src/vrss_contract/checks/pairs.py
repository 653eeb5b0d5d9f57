"""Kind ``pairs``: no two of these operations, each a transaction of its own, end in a deadlock.

Two statements are made to meet inside of each other: a third session holds a row that both want, so
that each waits there with the locks it has taken on its way. Rule: contracts/README.md, "pairs".
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import psycopg

from vrss_contract.checks.judged import Judged, lost
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.kind import Kind
from vrss_contract.checks.verdict import Finding
from vrss_contract.concurrency.restorable import RestorableDatabase
from vrss_contract.concurrency.schedule.player import Player
from vrss_contract.concurrency.schedule.program import Level, Run, Script
from vrss_contract.concurrency.workload.call import Call, statement
from vrss_contract.contract.model import Contract, PairsPromise
from vrss_contract.contract.model import RowTarget as Row
from vrss_contract.database import baseline_rows
from vrss_contract.database.loader import said
from vrss_contract.sql.literal import identifier, literal, relation
from vrss_contract.target import Target

_STRENGTHS = ("FOR UPDATE", "FOR NO KEY UPDATE")
_HELD = (0, 1, 1, 2, 2, 0)
"""The gate is held, each of the two goes as far as it can, the gate is let go."""
_ALONE = (0, 1, 1, 0)
_EXPECTED = "no deadlock"


@dataclass(frozen=True, slots=True)
class Gate:
    """A row held with some strength."""

    sql: str


@dataclass(frozen=True, slots=True)
class Meeting:
    """Two statements that meet at a gate, in the order in which they come to it, or one alone."""

    gate: Gate
    first: str
    second: str = ""

    @property
    def program(self) -> tuple[Script, ...]:
        """The sessions: the gate's, and one for each of the two."""
        statements = filter(None, (self.gate.sql, self.first, self.second))
        return tuple(Script(Level.RC, (sql,)) for sql in statements)

    def __str__(self) -> str:
        return "\n".join(
            f"-- session {letter}\nBEGIN; {script.statements[0]}; COMMIT;"
            for letter, script in zip("abc", self.program, strict=False)
        )


def _judge(
    promises: Mapping[str, PairsPromise], context: JudgingContext
) -> Iterator[Iterable[Judged]]:
    with (
        context.clone() as copy,
        RestorableDatabase(copy, context.contract) as restorable,
        # Without a reset: who wins a race for the gate's row is not to be played again.
        Player(copy, len("abc")) as player,
    ):
        for promise in promises.values():
            yield _judged(promise, context, restorable, player)


def _sql(promise: PairsPromise, contract: Contract, _: Target) -> str:
    """The rows, the gates and the operations; each pair meets at each gate that holds up both."""
    lines = ["-- committed first", *(f"{row};" for row in rows(promise, contract))]
    lines += ["", "-- a third session holds one of these"]
    lines += [f"BEGIN; {gate.sql};" for gate in _gates(promise, _STRENGTHS)]
    lines += ["", "-- and two other sessions run two of these"]
    return "\n".join([*lines, *(f"{one};" for one in _statements(promise, contract))])


def rows(promise: PairsPromise, contract: Contract) -> list[str]:
    """What makes the rows that every meeting begins with."""
    return baseline_rows.rows(_statements(promise, contract), promise.given, contract)


def meetings(
    promise: PairsPromise,
    contract: Contract,
    restorable: RestorableDatabase,
    player: Player,
    *,
    thorough: bool,
) -> Iterator[tuple[Meeting, Run]]:
    """Every pair at every gate that holds up both of them, in both orders, and how it ended.

    Who is lost alone at a gate is told alone: whether it would have waited is not known.
    """
    statements = _statements(promise, contract)
    for gate in _gates(promise, _STRENGTHS if thorough else _STRENGTHS[:1]):
        held = []
        for one in statements:
            restorable.reset()
            run = player.play(Meeting(gate, one).program, _ALONE)
            if run.lost:
                yield Meeting(gate, one), run
            elif any(event.session == 1 and event.waited for event in run.events):
                held.append(one)
        for (n, first), (m, second) in itertools.product(enumerate(held), repeat=2):
            # A gate has time for one order of each two: either comes first about as often.
            if thorough or (n > m) == bool((n + m) % 2):
                meeting = Meeting(gate, first, second)
                restorable.reset()
                yield meeting, player.play(meeting.program, _HELD)


def _judged(
    promise: PairsPromise,
    context: JudgingContext,
    restorable: RestorableDatabase,
    player: Player,
) -> list[Judged]:
    contract = context.contract
    found = []
    try:
        restorable.prepare(rows(promise, contract))
        for meeting, run in meetings(
            promise, contract, restorable, player, thorough=context.thorough
        ):
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
    found = " AND ".join(
        f"{identifier(name)} = {literal(value)}" for name, value in row.where.items()
    )
    return Gate(f"SELECT FROM {relation(row.table)} WHERE {found} {strength}")


def _statements(promise: PairsPromise, contract: Contract) -> list[str]:
    """Each operation, called with the first value of each parameter."""
    calls = (
        Call(name, tuple(some[0] for some in contract.operations[name].takes.values()))
        for name in promise.operations
    )
    return [statement(call, contract.operations) for call in calls]


KIND: Kind[PairsPromise] = Kind((PairsPromise,), _judge, _sql, divisible=False)
