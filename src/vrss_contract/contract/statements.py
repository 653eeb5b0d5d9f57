"""The statements that a promise has run: all of them, and others in their place."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from vrss_contract.contract.model import (
    InvariantPromise,
    Promise,
    SchedulePromise,
    TriggerPromise,
)


def statements(promise: Promise) -> tuple[str, ...]:
    """What its steps, attempts and sessions run; nothing for promises that have none of these."""
    if isinstance(promise, TriggerPromise):
        return tuple(step.do for step in promise.steps)
    if isinstance(promise, InvariantPromise):
        return tuple(step for one in promise.attempts for step in one.steps)
    return promise.statements if isinstance(promise, SchedulePromise) else ()


def rewritten(promise: Promise, each: Callable[[str], str]) -> Promise:
    """The promise with what ``each`` makes of every statement."""

    def all_(ones: Iterable[str]) -> tuple[str, ...]:
        return tuple(map(each, ones))

    if isinstance(promise, TriggerPromise):
        steps = (replace(step, do=each(step.do)) for step in promise.steps)
        return replace(promise, steps=tuple(steps))
    if isinstance(promise, InvariantPromise):
        attempts = (replace(one, steps=all_(one.steps)) for one in promise.attempts)
        return replace(promise, attempts=tuple(attempts))
    if isinstance(promise, SchedulePromise):
        sessions = (replace(one, does=all_(one.does)) for one in promise.sessions)
        return replace(promise, sessions=tuple(sessions), before=all_(promise.before))
    return promise
