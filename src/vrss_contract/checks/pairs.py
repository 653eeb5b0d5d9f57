"""Kind ``pairs``: any two of these operations, each a transaction of its own, end as is promised.

Two statements are made to meet inside of each other: a third session holds what both want, so that
each waits there with the locks it has taken on its way. Rule: contracts/README.md, "pairs".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import psycopg

from vrss_contract.checks.judged import Judged, lacking, lost, named
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.kind import Kind
from vrss_contract.checks.verdict import Finding
from vrss_contract.concurrency import meetings
from vrss_contract.concurrency.meeting_player import MeetingPlayer
from vrss_contract.concurrency.meetings import ALLOWED_ENDINGS, NO_DEADLOCK, Meeting, Meetings
from vrss_contract.concurrency.oracle import Played, always_lost
from vrss_contract.concurrency.restorable import RestorableDatabase
from vrss_contract.contract.model import Contract, PairsPromise
from vrss_contract.database.invariants import told
from vrss_contract.database.loader import said
from vrss_contract.target import Target

_EXPECTED = {NO_DEADLOCK: "no deadlock", ALLOWED_ENDINGS: "an allowed ending"}
_BECAUSE = "two statements that wait for the same row, which is then let go"


def _judge(
    promises: Mapping[str, PairsPromise], context: JudgingContext
) -> Iterator[Iterable[Judged]]:
    with context.clone() as copy, RestorableDatabase(copy, context.contract) as restorable:
        for promise in promises.values():
            with MeetingPlayer(copy, commits=promise.promises != NO_DEADLOCK) as player:
                all_ = Meetings(
                    promise, context.contract, copy, restorable, player, thorough=context.thorough
                )
                yield _judged(all_, context)


def _sql(promise: PairsPromise, contract: Contract, _: Target) -> str:
    """The rows, the gates and the operations; each pair meets at each gate that holds up both."""
    lines = ["-- committed first", *(f"{row};" for row in meetings.rows(promise, contract))]
    lines += ["", "-- a third session holds one of these, or an advisory lock that both take"]
    lines += [f"BEGIN; {gate.sql};" for gate in meetings.row_gates(promise, thorough=True)]
    ones, others = meetings.callers(promise, contract)
    if ones == others:
        lines += ["", "-- and two other sessions run two of these"]
        return "\n".join([*lines, *(f"{one.sql};" for one in ones)])
    for side, which in ((ones, "a second"), (others, "a third")):
        lines += ["", f"-- and {which} session runs one of these", *(f"{one.sql};" for one in side)]
    return "\n".join(lines)


def _judged(all_: Meetings, context: JudgingContext) -> Iterator[Judged]:
    try:
        all_.restorable.prepare(meetings.rows(all_.promise, context.contract))
        for meeting, played in all_:
            if judged := _ended(meeting, played, all_, context):
                yield judged
                if all_.promise.promises != NO_DEADLOCK and not judged.undecided:
                    break
    except psycopg.Error as error:
        yield lost(Finding("the rows before", "they are taken", said(error)))


def _ended(
    meeting: Meeting, played: Played, all_: Meetings, context: JudgingContext
) -> Judged | None:
    """What a meeting's ending shows; nothing where it is as promised."""
    promises = all_.promise.promises
    expected = _EXPECTED[promises]
    if played.run.lost:
        finding = Finding(str(meeting), expected, played.run.lost)
        broken = promises != NO_DEADLOCK and always_lost(played.run, lambda: all_.play(meeting))
        return Judged((finding,)) if broken else lost(finding)
    if promises == NO_DEADLOCK:
        found = "a deadlock" if "deadlock_detected" in played.run.endings else ""
    else:
        found = told(played.broken)
    if not found:
        return None
    said = "\n".join(caller.sql for caller in meeting.callers)
    tables = named([said], context.contract)
    lacks = (
        lacking(ending, said, tables, context, statement=True) for ending in played.run.endings
    )
    if lack := next(filter(None, lacks), ""):
        return lost(Finding(_BECAUSE, expected, lack, str(meeting)))
    return Judged((Finding(_BECAUSE, expected, found, str(meeting)),))


KIND: Kind[PairsPromise] = Kind((PairsPromise,), _judge, _sql)
