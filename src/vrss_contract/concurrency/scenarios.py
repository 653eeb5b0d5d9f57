"""What the sessions of a schedule or workload begin with, run, and are asked afterwards."""

from __future__ import annotations

from vrss_contract.concurrency.oracle import Oracle
from vrss_contract.concurrency.restorable import RestorableDatabase
from vrss_contract.concurrency.schedule.player import Player
from vrss_contract.concurrency.schedule.program import Level, Program, Script
from vrss_contract.contract.model import Contract, SchedulePromise, WorkloadPromise
from vrss_contract.database.baseline_rows import BaselineRows

Mix = tuple[Level, ...]
"""The isolation level of each session."""


def schedule_rows(promise: SchedulePromise, baseline: BaselineRows) -> list[str]:
    """What makes the rows that every interleaving begins with."""
    rows = baseline.of((*promise.statements, *promise.then), promise.given)
    return [*rows, *promise.before]


def scripts(promise: SchedulePromise, mix: Mix) -> Program:
    """The sessions, each at its level."""
    pairs = zip(mix, promise.sessions, strict=True)
    return tuple(Script(level, one.does, one.gives_up) for level, one in pairs)


def asks(promise: SchedulePromise) -> tuple[str, ...]:
    """The invariants to be asked beside those that always hold: what is to be shown is one."""
    return (*promise.asks, promise.shows) if promise.shows else promise.asks


def oracle(
    promise: SchedulePromise, mix: Mix, restorable: RestorableDatabase, player: Player
) -> Oracle:
    """Who says what came of an interleaving at one mix of levels."""
    allowed_errors = [(*session.may, session.gives_up) for session in promise.sessions]
    return Oracle(
        restorable, player, scripts(promise, mix), allowed_errors, asks(promise), promise.then
    )


def workload_rows(
    promise: WorkloadPromise, contract: Contract, baseline: BaselineRows
) -> list[str]:
    """What makes the rows that every program begins with."""
    texts = [contract.operations[name].sql for name in promise.operations]
    return baseline.of(texts, promise.given)
