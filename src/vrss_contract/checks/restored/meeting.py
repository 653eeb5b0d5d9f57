"""Whether operations meet in a restored database as they did before.

Foreign keys are restored in the order of their names, and rows are locked in the order of the
foreign keys: what met without a deadlock may then end in one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import psycopg

from vrss_contract.checks.judged import Judged, lost
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.verdict import Finding
from vrss_contract.concurrency.meeting_player import MeetingPlayer
from vrss_contract.concurrency.meetings import NO_DEADLOCK, Meetings, rows
from vrss_contract.concurrency.restorable import RestorableDatabase
from vrss_contract.contract.model import PairsPromise
from vrss_contract.database.loader import said
from vrss_contract.database.scratch import Database

_EXPECTED = "no deadlock, as before"
_DEADLOCK = "deadlock_detected"


def judged(
    pairs: Mapping[str, Sequence[str]], restored: Database, context: JudgingContext
) -> Iterator[Judged]:
    """The deadlocks that these operations of clauses of kind pairs did not have before."""
    for id_, operations in pairs.items():
        promise = context.contract.clause(id_).promise
        if isinstance(promise, PairsPromise):
            promise = replace(promise, operations=tuple(operations), promises=NO_DEADLOCK)
            now, untold = _deadlocks(promise, restored, context)
            yield from map(lost, untold)
            before = _before(promise, context) if now else frozenset()
            for text in now:
                if text not in before:
                    because = f"{id_}: two statements that wait for the same row"
                    yield Judged((Finding(because, _EXPECTED, "a deadlock", text),))


def _before(promise: PairsPromise, context: JudgingContext) -> frozenset[str]:
    with context.clone() as never_dumped:
        return frozenset(_deadlocks(promise, never_dumped, context)[0])


def _deadlocks(
    promise: PairsPromise, database: Database, context: JudgingContext
) -> tuple[list[str], list[Finding]]:
    """The meetings that end in one, and what could not be judged."""
    found, untold = [], []
    with (
        RestorableDatabase(database, context.contract) as restorable,
        MeetingPlayer(database, commits=False) as player,
    ):
        try:
            restorable.prepare(rows(promise, context.contract))
            met = Meetings(
                promise,
                context.contract,
                database,
                restorable,
                player,
                thorough=context.thorough,
            )
            for meeting, played in met:
                if played.run.lost:
                    untold.append(Finding(str(meeting), _EXPECTED, played.run.lost))
                elif _DEADLOCK in played.run.endings:
                    found.append(str(meeting))
        except psycopg.Error as error:
            untold.append(Finding("the rows before", "they are taken", said(error)))
    return found, untold
