"""What a database's catalog says of its schemas, as values.

The facts are free of OIDs, so that two catalogs are equal where the schemas are. Optional texts are
empty where there is nothing to say. What is outside of the first schema that was read is called
``schema.name``, without quotes.
"""

from __future__ import annotations

from collections import abc
from collections.abc import Mapping
from dataclasses import dataclass, field

from vrss_contract.database.catalog.later import LaterByName


@dataclass(frozen=True, slots=True)
class CatalogColumn:
    """A column. ``type`` is spelt as ``format_type`` spells it, idle modifiers left out."""

    name: str
    type: str
    nullable: bool
    default: str
    identity: str
    """``always``, ``by default`` or nothing."""
    generated: str
    """``stored``, ``virtual`` or nothing; the expression is then in ``default``."""
    collation: str
    """The collation's quoted name, where it is not the type's own."""
    sequence: str
    """The sequence that the default reads and that this column owns, or that of its identity."""
    storage: tuple[str, ...] = ()
    """What is said of how it is kept and measured: storage, compression, statistics."""
    whole: bool = False
    """Whether values of any length are kept whole in their rows, which a page limits."""


@dataclass(frozen=True, slots=True)
class Constraint:
    """A constraint of a table, NOT NULL aside (which is the column's)."""

    name: str
    kind: str
    """``primary key``, ``unique``, ``foreign key``, ``check``, ``exclude`` or ``trigger``."""
    definition: str
    columns: tuple[str, ...]
    validated: bool
    enforced: bool
    """False for NOT ENFORCED, and where a trigger that enforces it is disabled."""
    deferrable: bool
    deferred: bool
    inherited: bool
    """False for NO INHERIT."""
    references: str
    """The referenced table."""
    references_columns: tuple[str, ...]
    on_delete: str
    on_update: str
    match: str
    expression: str
    index: str
    """The index that a key or a foreign key rests on."""


@dataclass(frozen=True, slots=True)
class IndexColumn:
    """A key column of an index: a column's name, or an expression."""

    name: str
    """The column's name, or nothing for an expression."""
    expression: str
    collation: str
    opclass: str
    """The operator class, where it is not the type's own."""
    descending: bool
    nulls_first: bool

    def __str__(self) -> str:
        """The column as CREATE INDEX spells it, without what goes without saying."""
        parts = [self.expression, self.collation and f"collate {self.collation}", self.opclass]
        parts.append("desc" if self.descending else "")
        if self.nulls_first != self.descending:
            parts.append("nulls first" if self.nulls_first else "nulls last")
        return " ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class CatalogIndex:
    """An index."""

    name: str
    definition: str
    method: str
    columns: tuple[IndexColumn, ...]
    include: tuple[str, ...]
    predicate: str
    unique: bool
    nulls_distinct: bool
    valid: bool
    ready: bool
    constraint: str
    """The key or exclusion constraint that made it."""
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CatalogTrigger:
    """A trigger that somebody created."""

    name: str
    definition: str
    timing: str
    events: tuple[str, ...]
    columns: tuple[str, ...]
    """The columns of UPDATE OF."""
    each: str
    when: str
    function: str
    arguments: tuple[str, ...]
    enabled: str
    """``enabled``, ``disabled``, ``replica only`` or ``always``."""
    deferrable: bool
    """Whether it is a constraint trigger that may wait for the end of the transaction."""
    deferred: bool
    old_table: str
    new_table: str


@dataclass(frozen=True, slots=True)
class CatalogTable:
    """A table with all that hangs on it, each by its name."""

    name: str
    kind: str
    """``table``, ``partitioned table``, ``partition``, ``inheriting table``, ``foreign table``."""
    persistence: str
    """``permanent``, ``unlogged`` or ``temporary``."""
    comment: str
    row_security: bool
    forced_row_security: bool
    options: tuple[str, ...]
    rules: tuple[str, ...]
    policies: tuple[str, ...]
    children: abc.Sequence[str]
    """Tables of any schema that inherit from it, which its keys do not cover."""
    outer_references: abc.Sequence[str]
    """Foreign keys of schemas that were not read, as ``schema.table.constraint``."""
    parents: abc.Sequence[str]
    """The tables that it inherits from, or the one that it is a partition of."""
    partition_by: str
    """How its rows are divided among partitions, as PARTITION BY spells it."""
    bounds: str
    """Which rows of its parent a partition holds, as PARTITION OF spells it."""
    rights: abc.Sequence[str] = ()
    """Rights beyond those of a new table, to it, its columns and their sequences: everybody's that
    were given, the owner's that were taken, and that most tables have another owner."""
    storage: abc.Sequence[str] = ()
    """Options of its TOAST table, publications, numbers that its sequences keep ready, and a
    replica identity that is not the primary key."""
    columns: Mapping[str, CatalogColumn] = field(default_factory=dict)
    constraints: Mapping[str, Constraint] = field(default_factory=dict)
    indexes: Mapping[str, CatalogIndex] = field(default_factory=dict)
    triggers: Mapping[str, CatalogTrigger] = field(default_factory=dict)

    @property
    def types(self) -> Mapping[str, str]:
        """Column name to type."""
        return LaterByName(lambda: {name: one.type for name, one in self.columns.items()})


@dataclass(frozen=True, slots=True)
class CatalogFunction:
    """A function, procedure or aggregate."""

    name: str
    kind: str
    arguments: str
    returns: str
    language: str
    volatility: str
    parallel: str
    """Promised by no clause: a difference in it shows where whole catalogs are compared."""
    strict: bool
    definer: bool
    """Whether it is SECURITY DEFINER."""
    settings: tuple[str, ...]
    """What SET clauses pin, as ``name=value``."""
    body: str
    public_executes: bool
    """Whether PUBLIC may execute it."""
    rights: tuple[str, ...] = ()
    """The owner's right to it if that was taken, and that most tables have another owner."""


@dataclass(frozen=True, slots=True)
class Sequence:
    """A sequence."""

    name: str
    type: str
    start: int
    increment: int
    minimum: int
    """Promised by no clause: it shows where whole catalogs are compared."""
    maximum: int
    cycles: bool
    owner: str
    """The owning column as ``table.column``."""


@dataclass(frozen=True, slots=True)
class Catalog:
    """All of the schemas that no extension owns. Equality is the fingerprint of a schema."""

    tables: Mapping[str, CatalogTable] = field(default_factory=dict)
    enums: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Name to labels, in order."""
    functions: abc.Sequence[CatalogFunction] = ()
    """By name, then by arguments: names may be overloaded."""
    sequences: Mapping[str, Sequence] = field(default_factory=dict)
    others: abc.Sequence[tuple[str, str]] = ()
    """Kind and name of all else: views, domains, composite types, operators and so on."""
    rights: abc.Sequence[str] = ()
    """Rights of everybody that are not those of a new schema: to make objects in it, to what will
    be made in it, and to its types."""
    settings: abc.Sequence[str] = ()
    """What is set for the sessions of a role that a run made, which is the target's own, as
    ``name=value``; nothing where another role reads."""
