"""The contract as values.

Everything is frozen and compares by content.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from vrss_contract.contract.declared import (
    LEVELS,
    Document,
    Level,
    Operation,
    Query,
    QueryCase,
    Row,
    Shape,
    SourceLocation,
)
from vrss_contract.contract.manifest import Manifest
from vrss_contract.contract.promise import (
    Attempt,
    CascadePromise,
    Case,
    Changed,
    DatasetPromise,
    FactPromise,
    InvariantPromise,
    JsonbPromise,
    NamePromise,
    PhasePromise,
    Promise,
    QueryPromise,
    Range,
    RestoredPromise,
    RowsPromise,
    TriggerPromise,
    TriggerStep,
    WitnessPromise,
)
from vrss_contract.contract.relations import (
    SERIALS,
    Check,
    Column,
    Enum,
    Exclusion,
    ForeignKey,
    Function,
    Index,
    Key,
    SchemaObject,
    Table,
    Trigger,
)
from vrss_contract.contract.row_targets import Given, RowTarget
from vrss_contract.contract.session_promises import (
    Excepted,
    PairsPromise,
    SchedulePromise,
    ScheduleSession,
    StrangersPromise,
    WorkloadPromise,
)

__all__ = [
    "LEVELS",
    "SERIALS",
    "Attempt",
    "CascadePromise",
    "Case",
    "Changed",
    "Check",
    "Clause",
    "Column",
    "Contract",
    "DatasetPromise",
    "Document",
    "Enum",
    "Erratum",
    "Excepted",
    "Exclusion",
    "FactPromise",
    "ForeignKey",
    "Function",
    "Given",
    "Index",
    "InvariantPromise",
    "JsonbPromise",
    "Key",
    "Level",
    "Manifest",
    "NamePromise",
    "Operation",
    "PairsPromise",
    "PhasePromise",
    "Promise",
    "Query",
    "QueryCase",
    "QueryPromise",
    "Range",
    "RestoredPromise",
    "Row",
    "RowTarget",
    "RowsPromise",
    "SchedulePromise",
    "ScheduleSession",
    "SchemaObject",
    "Shape",
    "SourceLocation",
    "StrangersPromise",
    "Table",
    "Trigger",
    "TriggerPromise",
    "TriggerStep",
    "WitnessPromise",
    "WorkloadPromise",
]


@dataclass(frozen=True, slots=True)
class Clause:
    """One promise, one id, one sentence. Its kind knows how to judge it."""

    id: str
    kind: str
    level: Level
    says: str
    promise: Promise
    objects: tuple[str, ...] = ()
    """The schema objects it speaks of, as ``table``, ``table.column`` or the object's own name."""
    source: str = ""
    reason: str = ""
    place: SourceLocation = field(default=SourceLocation("", 0))
    derived: bool = False


@dataclass(frozen=True, slots=True)
class Erratum:
    """A contradiction of the sources, and what was decided."""

    id: str
    sources: str
    observed: str
    decided: str
    clauses: tuple[str, ...]
    """Clause ids that follow from the decision."""
    literal_breaks: tuple[str, ...]
    """Ids or globs of the clauses that the SQL of the sources therefore breaks."""


@dataclass(frozen=True, slots=True)
class Contract:
    """The whole contract: declarations, clauses written and derived, errata."""

    tables: Mapping[str, Table]
    enums: Mapping[str, Enum]
    functions: Mapping[str, Function]
    clauses: tuple[Clause, ...]
    errata: tuple[Erratum, ...] = ()
    operations: Mapping[str, Operation] = field(default_factory=dict)
    shapes: Mapping[str, Shape] = field(default_factory=dict)
    queries: Mapping[str, Query] = field(default_factory=dict)
    manifest: Manifest = field(default_factory=Manifest)
    """What the folder says of itself; no part of what is promised."""
    objects: tuple[SchemaObject, ...] = ()

    @property
    def schemas(self) -> tuple[str, ...]:
        """The schemas that it speaks of; the names of the first one are not qualified."""
        return self.manifest.schemas

    def clause(self, id_: str) -> Clause:
        """The clause of that id; KeyError where there is none."""
        found = {clause.id: clause for clause in self.clauses}
        return found[id_]
