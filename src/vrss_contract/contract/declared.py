"""What the contract declares, as values.

Operations, shapes of documents and queries; tables and what hangs on them are ``relations``. Does
not know clauses, YAML, SQL or a server. Everything here is frozen and compares by content.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Level = Literal["must", "should", "may"]
LEVELS: tuple[Level, ...] = ("must", "should", "may")
Row = Mapping[str, Any]
"""Column name to value: None, bool, int, str, list (array) or dict (JSON object)."""


@dataclass(frozen=True, slots=True)
class SourceLocation:
    """Where something is written in the contract."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


ADDED: Mapping[str, Any] = {"added": True}


def added(default: Any = None, *, hint: bool = False) -> Any:
    """A field that came later: while it stands at its default, digest and export leave it out.

    A ``hint`` says only how clauses are derived, which their own digests show: it is never in one.
    """
    return field(default=default, metadata={**ADDED, "hint": hint})


@dataclass(frozen=True, slots=True)
class Operation:
    """A statement that the application runs, with the few values its parameters are drawn from."""

    name: str
    says: str
    sql: str
    """One statement; ``:name`` stands for a parameter's value."""
    takes: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    may: tuple[str, ...] = ()
    """Conditions it may be refused with, beside those that ask for a retry."""
    deletes: bool = False
    """Whether rows of other tables go with it: the hard delete of a parent."""
    place: SourceLocation = field(default=SourceLocation("", 0), compare=False)


@dataclass(frozen=True, slots=True)
class Document:
    """A JSON document written by hand, and why it is taken or refused."""

    because: str
    document: Any


@dataclass(frozen=True, slots=True)
class Shape:
    """What a JSONB column may hold. SQL NULL is no document and is not its concern."""

    name: str
    table: str
    columns: tuple[str, ...]
    """The JSONB column, alone or after the columns that its shape depends on; then the document is
    an object with a member for each column."""
    level: Level
    says: str
    schema: Mapping[str, Any]
    """JSON Schema, 2020-12."""
    accepts: tuple[Document, ...] = ()
    refuses: tuple[Document, ...] = ()
    enforced: bool = False
    """Whether the database itself refuses what the schema refuses."""
    source: str = ""
    place: SourceLocation = field(default=SourceLocation("", 0), compare=False)

    @property
    def column(self) -> str:
        """The column that holds the JSONB."""
        return self.columns[-1]


@dataclass(frozen=True, slots=True)
class QueryCase:
    """A query as one kind of reader asks it."""

    name: str
    draws: str
    """A query that returns parameter sets, a column each, the same ones every time."""
    served_by: tuple[tuple[str, ...], ...] = ()
    """Indexes that are in its plan; of several in one place, any one."""
    buffers: Mapping[str, int] = field(default_factory=dict)
    """Profile to the blocks that it touches at most."""
    grows: str = "constant"
    """How blocks grow with the size of the data: ``constant``, ``log`` or ``linear``."""
    budget_ms: float | None = None
    """The 95th percentile of its time, in milliseconds, at scale."""
    budget_level: Level = field(default="should", metadata=ADDED)
    """How grave it is to exceed the budget."""


@dataclass(frozen=True, slots=True)
class Query:
    """A statement that the application reads with, and how it is to be served."""

    name: str
    says: str
    level: Level
    sql: str
    """The canonical form; ``:name`` stands for a parameter."""
    plain: str
    """A form that is plainly right, however slow: same parameters, same columns."""
    cases: tuple[QueryCase, ...]
    ordered: bool = True
    """Whether the order of rows is part of the answer."""
    edges: str = added("")
    """A query that returns parameter sets for answers alone, such as the ends of pages."""
    source: str = ""
    place: SourceLocation = field(default=SourceLocation("", 0), compare=False)
