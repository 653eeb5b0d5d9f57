"""A script that is wrong in one place, judged by the clauses that run it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import psycopg

from vrss_contract.checks import KINDS
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.verdict import Outcome
from vrss_contract.contract.model import (
    Clause,
    Contract,
    InvariantPromise,
    Promise,
    SchedulePromise,
    TriggerPromise,
)
from vrss_contract.database.loader import said
from vrss_contract.mutation.asked import ALONE
from vrss_contract.mutation.texts.heard import Heard
from vrss_contract.mutation.tried import Killer

_ENOUGH = 2
"""Killers after which no more clauses are asked."""
_REFUSED = "42"
"""How the states of errors begin that say that SQL is none, or speaks of what is not there."""
_PATIENCE = "2s"
"""What a script may take on the baseline rows."""


class ScriptJudge:
    """Asks the clauses that run a script, with another text in its place."""

    def __init__(self, contract: Contract, context: JudgingContext) -> None:
        self._contract = contract
        self._context = context

    def heard(self, script: str, changed: str) -> Heard:
        """What the clauses say that run it."""
        if why := self._refused(changed):
            return why
        killers, undecided = list[Killer](), ""
        for clause in _running(script, self._contract):
            if len(killers) >= _ENOUGH or (killers and clause.kind not in ALONE):
                break
            promise = _put(clause.promise, script, changed)
            outcome = self._outcome(replace(clause, promise=promise))
            if outcome is Outcome.BROKEN:
                killers.append(Killer(clause.id, clause.level))
            elif outcome is Outcome.UNDECIDED:
                undecided = undecided or clause.id
        return Heard(tuple(killers), undecided)

    def _refused(self, changed: str) -> Heard | None:
        """Whether the server takes it for SQL, and it comes to an end where nothing drifted."""
        with self._context.rehearse() as session:
            try:
                session.execute(f"SET LOCAL statement_timeout = '{_PATIENCE}'".encode())
                session.execute(changed.encode())
            except psycopg.errors.QueryCanceled:
                return Heard(undecided="it comes to no end")
            except psycopg.Error as error:
                if (error.sqlstate or "").startswith(_REFUSED):
                    return Heard(refused=said(error))
        return None

    def _outcome(self, clause: Clause) -> Outcome:
        if clause.kind in ALONE:
            return _judged(clause, self._context)
        with self._context.clone() as copy, self._context.beside(copy) as context:
            return _judged(clause, context)


def _judged(clause: Clause, context: JudgingContext) -> Outcome:
    try:
        (verdict,) = KINDS[clause.kind].judge([clause], context)
    except psycopg.Error:
        return Outcome.UNDECIDED
    return verdict.outcome


def _running(script: str, contract: Contract) -> Iterator[Clause]:
    """The clauses that run it, those of one session first."""
    found = [one for one in contract.clauses if script in _statements(one.promise)]
    yield from (one for one in found if one.kind in ALONE)
    yield from (one for one in found if one.kind not in ALONE)


def _statements(promise: Promise) -> Sequence[str]:
    if isinstance(promise, TriggerPromise):
        return [step.do for step in promise.steps]
    if isinstance(promise, SchedulePromise):
        return [statement for one in promise.sessions for statement in one.does]
    if isinstance(promise, InvariantPromise):
        return [statement for one in promise.attempts for statement in one.steps]
    return ()


def _put(promise: Promise, script: str, changed: str) -> Promise:
    """The promise with the other text wherever it says to run the script."""

    def each(statements: Iterable[str]) -> tuple[str, ...]:
        return tuple(changed if one == script else one for one in statements)

    if isinstance(promise, TriggerPromise):
        done = each(step.do for step in promise.steps)
        steps = (replace(step, do=do) for step, do in zip(promise.steps, done, strict=True))
        return replace(promise, steps=tuple(steps))
    if isinstance(promise, SchedulePromise):
        sessions = (replace(one, does=each(one.does)) for one in promise.sessions)
        return replace(promise, sessions=tuple(sessions))
    if isinstance(promise, InvariantPromise):
        attempts = (replace(one, steps=each(one.steps)) for one in promise.attempts)
        return replace(promise, attempts=tuple(attempts))
    return promise
