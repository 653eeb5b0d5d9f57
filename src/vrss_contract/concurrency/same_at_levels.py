"""Executions that go at other isolation levels as they went at READ COMMITTED: a pure decision.

A transaction above READ COMMITTED has one snapshot for all its statements, from its first one on.
Where no other transaction ends between the begin of that statement and its own end, every later
snapshot would show the same rows, and no row can have changed since: each statement reads, writes
and locks what it would with a snapshot of its own. SERIALIZABLE watches beyond that only what goes
on between several such transactions at once, and does nothing where there is one, or where each
ends before the next one begins. So what such transactions do differs only by a target that asks for
its level. What waited is never taken for the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from vrss_contract.concurrency.schedule.program import COMMIT, Event, Level, Run


def same_at(run: Run, mix: Sequence[Level]) -> bool:
    """Whether a run at READ COMMITTED goes the same with these levels, if nobody asks for them."""
    if run.lost or not run.steady:
        return False
    if mix.count(Level.SER) > 1 and not _in_turn(run.order):
        return False
    above = (session for session, level in enumerate(mix) if level is not Level.RC)
    return all(_undisturbed(session, run.events) for session in above)


def _undisturbed(session: int, events: Sequence[Event]) -> bool:
    """Whether the session waited for nobody, and no other one ended in its midst."""
    own = [place for place, event in enumerate(events) if event.session == session]
    if not own or any(events[place].waited for place in own):
        return False
    others = (one for one in events[own[0] : own[-1]] if one.session != session)
    return not any(one.condition or one.statement == COMMIT for one in others)


def _in_turn(order: Sequence[int]) -> bool:
    """Whether each session ends before another one begins."""
    return 1 + sum(one != other for one, other in pairwise(order)) == len(set(order))
