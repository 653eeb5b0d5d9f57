"""What clauses promise of sessions at once, as values: one class for each kind's promise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from vrss_contract.contract.declared import ADDED, added
from vrss_contract.contract.row_targets import Given, RowTarget


@dataclass(frozen=True, slots=True)
class ScheduleSession:
    """What one session of a schedule does, BEGIN and COMMIT left out."""

    does: tuple[str, ...]
    may: tuple[str, ...] = ()
    """Conditions it may end with, beside those that ask for a retry."""
    gives_up: str = field(default="", metadata=ADDED)
    """The condition that it ends with as soon as it would wait for another session, if any."""


@dataclass(frozen=True, slots=True)
class SchedulePromise:
    """Every interleaving of these sessions ends in an allowed state."""

    sessions: tuple[ScheduleSession, ...]
    given: tuple[Given, ...] = ()
    levels: tuple[tuple[str, ...], ...] = ()
    """The mixes of isolation levels (rc, rr, ser), a level a session; none stands for all."""
    asks: tuple[str, ...] = ()
    then: Mapping[str, str] = field(default_factory=dict)
    shows: str | None = None
    """The invariant that some interleaving must be seen to break; every other one holds."""
    before: tuple[str, ...] = added(())
    """Statements that are committed after the given rows, and before the sessions begin."""

    @property
    def statements(self) -> tuple[str, ...]:
        """All that is run: before the sessions, and by them."""
        return (*self.before, *(do for session in self.sessions for do in session.does))


@dataclass(frozen=True, slots=True)
class PairsPromise:
    """No two of these operations, each a transaction of its own, end in a deadlock."""

    operations: tuple[str, ...]
    given: tuple[Given, ...] = ()
    gates: tuple[RowTarget, ...] = ()
    """The rows that a third session holds, so that the two meet inside their statements."""
    one: Mapping[str, Any] | None = added()
    """What the first of the two calls parameters with, by name or ``operation.name``."""
    other: Mapping[str, Any] | None = added()
    """The same of the second."""
    strength: str = added("update")
    """How strongly a gate's row is held: ``update`` or ``no key update``."""
    promises: str = added("no-deadlock")
    """``no-deadlock``, or ``allowed-endings``: then a deadlock is one of them."""


@dataclass(frozen=True, slots=True)
class Excepted:
    """An operation that a clause does not speak of, and the decision that says why."""

    operation: str
    erratum: str


@dataclass(frozen=True, slots=True)
class StrangersPromise:
    """None of these operations waits for what another session, which shares no row, left open."""

    operations: tuple[str, ...]
    """Those that must not wait, called with the values of ``other``."""
    other: Mapping[str, Any]
    """Parameter to value; ``operation.parameter`` is that of one operation alone."""
    left_open: tuple[str, ...] = ()
    """Those whose transaction is left open, called with the values of ``one``."""
    one: Mapping[str, Any] = field(default_factory=dict)
    given: tuple[Given, ...] = ()
    reader: bool = False
    """Whether it is a role that may only read which holds whatever it can, in their place."""
    excepted: tuple[Excepted, ...] = ()
    """Operations that may wait for the advisory locks of a reader."""


@dataclass(frozen=True, slots=True)
class WorkloadPromise:
    """Any program of these operations, in any interleaving, ends in an allowed state."""

    operations: tuple[str, ...]
    given: tuple[Given, ...] = ()
    asks: tuple[str, ...] = ()
