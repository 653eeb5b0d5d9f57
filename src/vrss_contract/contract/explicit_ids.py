"""Promises whose SQL says the numbers that the server would make, so that rows can be named.

Only what a contract plays is told so; what an application runs stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cache

from vrss_contract.contract.model import (
    Contract,
    InvariantPromise,
    Promise,
    SchedulePromise,
    TriggerPromise,
)
from vrss_contract.sql.overriding import Numbered, overriding


def numbered(contract: Contract) -> Numbered:
    """The columns of each table whose numbers the server makes unless they are said.

    One that is declared to refuse them is left out: whoever says it means to.
    """
    return {
        table.name: frozenset(
            column.name
            for column in table.columns
            if column.numbered and column.identity != "always"
        )
        for table in contract.tables.values()
    }


def played(promise: Promise, contract: Contract) -> Promise:
    """The promise with statements that also a server takes which makes the numbers always."""
    if isinstance(promise, TriggerPromise):
        done = _all((step.do for step in promise.steps), contract)
        steps = (replace(step, do=do) for step, do in zip(promise.steps, done, strict=True))
        return replace(promise, steps=tuple(steps))
    if isinstance(promise, InvariantPromise):
        attempts = (replace(one, steps=_all(one.steps, contract)) for one in promise.attempts)
        return replace(promise, attempts=tuple(attempts))
    if isinstance(promise, SchedulePromise):
        sessions = (replace(one, does=_all(one.does, contract)) for one in promise.sessions)
        before = _all(promise.before, contract)
        return replace(promise, sessions=tuple(sessions), before=before)
    return promise


def _all(statements: Iterable[str], contract: Contract) -> tuple[str, ...]:
    known = frozenset(numbered(contract).items())
    return tuple(_overriding(statement, known) for statement in statements)


@cache
def _overriding(sql: str, known: frozenset[tuple[str, frozenset[str]]]) -> str:
    """As ``overriding``; a contract says little, and is judged again and again."""
    return overriding(sql, dict(known))
