"""Trials that are smaller than a given one.

Beside hypothesis, which shrinks what a trial was drawn from and loses its way where one session
less gives the order another meaning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from vrss_contract.concurrency.schedule.program import Level
from vrss_contract.concurrency.workload.trial import Trial, TrialSession


def reduced(trial: Trial, fails: Callable[[Trial], bool]) -> Trial:
    """A trial that fails and of which no smaller one does; ``trial`` itself where that is so."""
    while (less := next(filter(fails, smaller(trial)), None)) is not None:
        trial = less
    return trial


def smaller(trial: Trial) -> Iterator[Trial]:
    """The trial without one session, without one call, at a lower level, in a plainer order."""
    numbers = range(len(trial.sessions))
    if len(trial.sessions) > 1:
        yield from (_without_session(trial, number) for number in numbers)
    for number in numbers:
        session = trial.sessions[number]
        for place in range(len(session.calls) if len(session.calls) > 1 else 0):
            yield _without_call(trial, number, place)
        if session.level is not Level.RC:
            yield _with(trial, number, replace(session, level=Level.RC))
    for place in range(len(trial.order) - 1):
        first, second = trial.order[place : place + 2]
        if first > second:
            order = (*trial.order[:place], second, first, *trial.order[place + 2 :])
            yield replace(trial, order=order)


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
