"""The contract as values.

Knows what a declaration (table, enum, function) and a clause are made of; does not know YAML, SQL
or a server. Everything here is frozen and compares by content.
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
class Place:
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
    place: Place = field(default=Place("", 0), compare=False)

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
    place: Place = field(default=Place("", 0), compare=False)


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
    place: Place = field(default=Place("", 0), compare=False)


@dataclass(frozen=True, slots=True)
class Given:
    """A row that is there before: the factory fills what is not said."""

    table: str
    row: Row


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
class Target:
    """A row named by its table and id."""

    table: str
    id: int


@dataclass(frozen=True, slots=True)
class CascadePromise:
    """Deleting ``deletes`` takes these rows and spares those, or is refused with ``error``."""

    given: tuple[Given, ...]
    deletes: Target
    takes: tuple[Target, ...] = ()
    spares: tuple[Target, ...] = ()
    error: str | None = None


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


Promise = RowsPromise | NamePromise | CascadePromise | FactPromise | PhasePromise


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
    place: Place = Place("", 0)
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
    """Ids or globs of the clauses that the strategy's own SQL therefore breaks."""


@dataclass(frozen=True, slots=True)
class Contract:
    """The whole contract: declarations, clauses written and derived, errata."""

    tables: Mapping[str, Table]
    enums: Mapping[str, Enum]
    functions: Mapping[str, Function]
    clauses: tuple[Clause, ...]
    errata: tuple[Erratum, ...] = ()

    def clause(self, id_: str) -> Clause:
        """The clause of that id; KeyError where there is none."""
        found = {clause.id: clause for clause in self.clauses}
        return found[id_]
