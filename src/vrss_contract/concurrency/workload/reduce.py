"""Trials that are smaller than a given one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from vrss_contract.concurrency.schedule.program import Level
from vrss_contract.concurrency.workload.call import Call, Operations
from vrss_contract.concurrency.workload.trial import Trial, TrialSession


def reduced(trial: Trial, operations: Operations, fails: Callable[[Trial], bool]) -> Trial:
    """A trial that fails and of which no smaller one does; ``trial`` itself where that is so."""
    while (less := next(filter(fails, smaller(trial, operations)), None)) is not None:
        trial = less
    return trial


def smaller(trial: Trial, operations: Operations) -> Iterator[Trial]:
    """Without one session or call, at a lower level, with a plainer value or in a plainer order."""
    numbers = range(len(trial.sessions))
    if len(trial.sessions) > 1:
        yield from (_without_session(trial, number) for number in numbers)
    for number in numbers:
        session = trial.sessions[number]
        for place in range(len(session.calls) if len(session.calls) > 1 else 0):
            yield _without_call(trial, number, place)
        if session.level is not Level.RC:
            yield _with(trial, number, replace(session, level=Level.RC))
        for place, call in enumerate(session.calls):
            for plainer in _plainer(call, operations):
                calls = (*session.calls[:place], plainer, *session.calls[place + 1 :])
                yield _with(trial, number, replace(session, calls=calls))
    for place in range(len(trial.order) - 1):
        first, second = trial.order[place : place + 2]
        if first > second:
            order = (*trial.order[:place], second, first, *trial.order[place + 2 :])
            yield replace(trial, order=order)


def _plainer(call: Call, operations: Operations) -> Iterator[Call]:
    """The call with one of its values nearer to the first that the operation takes."""
    takes = operations[call.operation].takes.values()
    for place, (value, some) in enumerate(zip(call.values, takes, strict=True)):
        for plainer in some[: some.index(value)]:
            values = (*call.values[:place], plainer, *call.values[place + 1 :])
            yield replace(call, values=values)


def _without_session(trial: Trial, gone: int) -> Trial:
    sessions = (*trial.sessions[:gone], *trial.sessions[gone + 1 :])
    return Trial(sessions, tuple(n - (n > gone) for n in trial.order if n != gone))


def _without_call(trial: Trial, number: int, place: int) -> Trial:
    """Without a call and the turn in which it was made."""
    session = trial.sessions[number]
    calls = (*session.calls[:place], *session.calls[place + 1 :])
    turns = [at for at, turn in enumerate(trial.order) if turn == number]
    gone = turns[place] if place < len(turns) else len(trial.order)
    order = (*trial.order[:gone], *trial.order[gone + 1 :])
    return replace(_with(trial, number, replace(session, calls=calls)), order=order)


def _with(trial: Trial, number: int, session: TrialSession) -> Trial:
    sessions = (*trial.sessions[:number], session, *trial.sessions[number + 1 :])
    return replace(trial, sessions=sessions)
