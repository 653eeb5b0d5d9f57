"""What sessions do at once, as a value.

A session is an isolation level and its calls; an order says whose step is next.
"""

from __future__ import annotations

from dataclasses import dataclass

from vrss_contract.concurrency.schedule.program import Level, Program, Script
from vrss_contract.concurrency.workload.call import Call, Operations, statement


@dataclass(frozen=True, slots=True)
class TrialSession:
    """One transaction: its isolation level and the calls it makes, before it commits."""

    level: Level
    calls: tuple[Call, ...]

    @property
    def steps(self) -> int:
        """How often it can be the session's turn: once for each call, and once to commit."""
        return len(self.calls) + 1


@dataclass(frozen=True, slots=True)
class Trial:
    """Sessions, and the order of their steps: the number of a session for each step, from 0.

    An order may end early; what is left goes on with the first session that can.
    """

    sessions: tuple[TrialSession, ...]
    order: tuple[int, ...] = ()

    @property
    def operations(self) -> frozenset[str]:
        """The ids of all operations called."""
        return frozenset(call.operation for session in self.sessions for call in session.calls)


def program(trial: Trial, operations: Operations) -> Program:
    """The trial's sessions as scripts of SQL."""
    return tuple(
        Script(session.level, tuple(statement(call, operations) for call in session.calls))
        for session in trial.sessions
    )


def allowed_errors(trial: Trial, operations: Operations) -> tuple[frozenset[str], ...]:
    """For each session the conditions that an operation in it may be refused with."""
    return tuple(
        frozenset(name for call in session.calls for name in operations[call.operation].may)
        for session in trial.sessions
    )
