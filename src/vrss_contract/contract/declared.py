"""What the contract declares, as values.

Knows tables, types, functions and operations and what they are made of; does not know clauses,
YAML, SQL or a server. Everything here is frozen and compares by content.
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


@dataclass(frozen=True, slots=True)
class Column:
    """A column. ``type`` is spelt as in CREATE TABLE; bigserial stands for its three facts."""

    name: str
    type: str
    nullable: bool = False
    default: str | None = None
    """An SQL expression, or None for no default."""
    values: tuple[str, ...] = ()
    """The only texts a CHECK admits, where it lists them."""
    minimum: int | None = None
    maximum: int | None = None
    example: Any = None
    """A value that every check takes; ``{n}`` in a text becomes the row's number."""

    @property
    def required(self) -> bool:
        """Whether a row has to say it."""
        return not (self.nullable or self.default or self.type == "bigserial")

    @property
    def stored_type(self) -> str:
        """The type of what it holds: bigserial is a way to declare a bigint."""
        return "bigint" if self.type == "bigserial" else self.type


@dataclass(frozen=True, slots=True)
class Key:
    """A primary key or UNIQUE constraint."""

    name: str
    columns: tuple[str, ...]
    primary: bool = False


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A reference from one column to ``references(id)``."""

    name: str
    column: str
    references: str
    on_delete: str = "no action"
    """``cascade`` or ``no action``."""


@dataclass(frozen=True, slots=True)
class Check:
    """A CHECK constraint."""

    name: str
    expression: str
    level: Level = "should"


@dataclass(frozen=True, slots=True)
class Index:
    """An index that no key makes. Columns are spelt as in CREATE INDEX (``created_at desc``)."""

    name: str
    columns: tuple[str, ...]
    level: Level = "should"
    method: str = "btree"
    unique: bool = False
    where: str | None = None
    include: tuple[str, ...] = ()
    serves: str = ""
    witness: str = ""
    """The query and its case, ``home-feed.follows-100``, that is worse off without the index;
    ``none`` where an erratum says that it is redundant."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """A trigger. ``events`` are spelt as in CREATE TRIGGER (``update of post_id, type``)."""

    name: str
    timing: str
    """``before``, ``after`` or ``instead of``."""
    events: tuple[str, ...]
    each: str
    """``row`` or ``statement``."""
    function: str
    when: str | None = None
    old_table: str | None = None
    new_table: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table with all that hangs on it."""

    name: str
    phase: int
    says: str
    columns: tuple[Column, ...]
    keys: tuple[Key, ...]
    foreign_keys: tuple[ForeignKey, ...] = ()
    checks: tuple[Check, ...] = ()
    indexes: tuple[Index, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    place: SourceLocation = field(default=SourceLocation("", 0), compare=False)

    def column(self, name: str) -> Column:
        """The column of that name; KeyError where there is none."""
        found = {column.name: column for column in self.columns}
        return found[name]


@dataclass(frozen=True, slots=True)
class Enum:
    """An enumerated type, its labels in order."""

    name: str
    phase: int
    says: str
    labels: tuple[str, ...]
    place: SourceLocation = field(default=SourceLocation("", 0), compare=False)


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the schema."""

    name: str
    phase: int
    says: str
    returns: str
    language: str
    body: str
    arguments: str = ""
    volatility: str = "volatile"
    security: str = "invoker"
    strict: bool = False
    search_path: str = ""
    place: SourceLocation = field(default=SourceLocation("", 0), compare=False)


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
    """How blocks grow with the number of users: ``constant``, ``log`` or ``linear``."""
    budget_ms: float | None = None
    """The 95th percentile of its time, in milliseconds, at scale."""


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
    source: str = ""
    place: SourceLocation = field(default=SourceLocation("", 0), compare=False)
