"""What a clause promises, as values: one class for each kind's promise.

Frozen, and compares by content.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from vrss_contract.contract.declared import Query, QueryCase, Row, Shape, added
from vrss_contract.contract.row_targets import Given, RowTarget
from vrss_contract.contract.session_promises import (
    PairsPromise,
    SchedulePromise,
    StrangersPromise,
    WorkloadPromise,
)


@dataclass(frozen=True, slots=True)
class Case:
    """One row tried. ``error`` is a condition name of PostgreSQL's Appendix A, or None if taken."""

    because: str
    row: Row
    error: str | None = None
    constraint: str | None = None
    """The constraint that refuses, where the contract names it."""
    column: str | None = None
    """The column the server's error names, for conditions that name one."""
    given: tuple[Given, ...] = ()
    gives: Mapping[str, str] = field(default_factory=dict)
    """What a taken row then holds: column to SQL expression."""
    omits: tuple[str, ...] = ()
    """Columns left out of the INSERT, so that their default shows."""


@dataclass(frozen=True, slots=True)
class RowsPromise:
    """These rows are taken, those are refused, by what."""

    table: str
    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class NamePromise:
    """The refusals of another clause carry the name of this constraint."""

    table: str
    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """A row that stays, and what some of its columns hold afterwards, as SQL expressions."""

    row: RowTarget
    gives: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CascadePromise:
    """Deleting ``deletes`` takes these rows and spares those, or is refused with ``error``."""

    given: tuple[Given, ...]
    deletes: RowTarget
    takes: tuple[RowTarget, ...] = ()
    spares: tuple[RowTarget, ...] = ()
    error: str | None = None
    changes: tuple[Changed, ...] = added(())
    """The rows that stay and lose their reference."""


@dataclass(frozen=True, slots=True)
class FactPromise:
    """One fact of the catalog. ``aspect`` names the comparison in ``kinds.table``."""

    aspect: str
    table: str
    name: str
    expected: Any
    """The declaration the fact is taken from: Column, Key, Table, Enum, Function and so on."""


@dataclass(frozen=True, slots=True)
class PhasePromise:
    """One promise about loading in phases. ``aspect``: loads, creates or rolls-back."""

    phase: int
    aspect: str
    tables: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Attempt:
    """Statements that might leave a counter-example; the last may as well be refused."""

    because: str
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InvariantPromise:
    """A query that returns nothing but counter-examples returns none."""

    query: str
    attempts: tuple[Attempt, ...] = ()
    never_falls: bool = False
    """The query returns keys and, last, a value: a key's value is never less than before."""
    protocol: bool = False
    """It holds where callers follow a protocol, and is asked only where a clause names it."""
    repair: str | None = None
    """The file under contracts/ that repairs what drifted."""


@dataclass(frozen=True, slots=True)
class TriggerStep:
    """A statement of a trigger clause, and what is so afterwards."""

    do: str
    because: str = ""
    data: str | None = None
    """What a COPY ... FROM STDIN reads."""
    role: str | None = None
    """``stranger``, or None for the role that owns the schema."""
    settings: Mapping[str, str] = field(default_factory=dict)
    error: str | None = None
    """The condition it is refused with; then nothing has changed."""
    gives: Mapping[str, str] = field(default_factory=dict)
    """SQL expression to SQL expression: what they are afterwards is the same."""
    drifts: bool = False
    """It plants a fault: no invariant is judged after it."""
    commits: bool = added(default=True)
    """The transaction ends with it, and what is deferred is due; else it goes on."""


@dataclass(frozen=True, slots=True)
class TriggerPromise:
    """After each step every invariant holds, and what the step says is so."""

    steps: tuple[TriggerStep, ...]
    given: tuple[Given, ...] = ()
    asks: tuple[str, ...] = ()
    """Invariants that hold by protocol, to be asked as well."""


@dataclass(frozen=True, slots=True)
class RestoredPromise:
    """One thing that pg_dump and pg_restore leave as it was."""

    way: str
    """What is dumped: ``schema-only``, ``whole`` or ``data-only``."""
    aspect: str
    """``loads``, ``catalog``, ``rows`` or ``pairs``."""
    given: tuple[Given, ...] = ()
    """The rows that are there besides the baseline rows and one of each other table."""
    pairs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Clause of kind pairs to those of its operations that meet in what was restored."""


@dataclass(frozen=True, slots=True)
class JsonbPromise:
    """One promise about what a JSONB column holds. ``aspect`` names the judgement in its kind."""

    aspect: str
    """``default``, ``accepts``, ``round-trip`` or ``agrees``."""
    shape: Shape


@dataclass(frozen=True, slots=True)
class Range:
    """The numbers that a dataset's figure may be."""

    least: float
    most: float | None = None
    """None where more is as good."""


@dataclass(frozen=True, slots=True)
class DatasetPromise:
    """The data of these profiles load, and the query's one row has figures in these ranges."""

    query: str
    expects: Mapping[str, Mapping[str, Range]]
    """Profile to the query's column to its range."""
    proves: str = ""
    """What is proven of the data without a query: ``loads``, ``invariants`` or ``documents``."""


@dataclass(frozen=True, slots=True)
class QueryPromise:
    """One promise about a query. ``aspect`` names the judgement in its kind."""

    aspect: str
    """``answers``, or of one case ``can``, ``served``, ``buffers``, ``grows`` or ``budget``."""
    query: Query
    case: QueryCase | None = None


@dataclass(frozen=True, slots=True)
class WitnessPromise:
    """Without the index, or without any of its duplicates, the case's plan is worse."""

    indexes: tuple[str, ...]
    """The index, with those that have the same columns in the same order."""
    table: str
    query: Query
    case: QueryCase


Promise = (
    RowsPromise
    | NamePromise
    | CascadePromise
    | FactPromise
    | PhasePromise
    | InvariantPromise
    | TriggerPromise
    | SchedulePromise
    | PairsPromise
    | StrangersPromise
    | WorkloadPromise
    | RestoredPromise
    | JsonbPromise
    | DatasetPromise
    | QueryPromise
    | WitnessPromise
)
