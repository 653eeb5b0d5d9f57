"""What the contract declares of a schema: tables, types, functions and other objects, as values.

Everything here is frozen and compares by content. Rule: contracts/README.md, "Declarations".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from vrss_contract.contract.declared import Level, SourceLocation, added

SERIALS: Mapping[str, str] = {
    "smallserial": "smallint",
    "serial": "integer",
    "bigserial": "bigint",
}
"""The types that stand for a number from a sequence of the column's own, and what they store."""


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
    floor: int | None = added(None, hint=True)
    """No row is promised to be taken with less, whether a check refuses it or not."""
    example: Any = None
    """A value that every check takes; ``{n}`` in a text becomes the row's number."""
    examples: tuple[Any, ...] = added(())
    """Several such values, where rows need different ones and a number does not make them so."""
    filled: bool = added(default=False)
    """Whether a row that does not say it gets its example, though it could be left out."""
    identity: str = added("")
    """``always`` or ``by default``."""
    generated: str = added("")
    """The expression that a stored column is computed by."""
    collation: str = added("")
    """The collation, where it is not the type's own."""

    @property
    def required(self) -> bool:
        """Whether a row has to say it."""
        return not (self.nullable or self.default or self.automatic)

    @property
    def numbered(self) -> bool:
        """Whether it gets the next number of a sequence of its own."""
        return bool(self.identity) or self.type in SERIALS

    @property
    def automatic(self) -> bool:
        """Whether the server makes its value, whatever else a row says."""
        return bool(self.generated) or self.numbered

    @property
    def stored_type(self) -> str:
        """The type of what it holds: bigserial is a way to declare a bigint."""
        return SERIALS.get(self.type, self.type)


@dataclass(frozen=True, slots=True)
class Key:
    """A primary key or UNIQUE constraint."""

    name: str
    columns: tuple[str, ...]
    primary: bool = False
    nulls_distinct: bool = added(default=True)
    deferrable: str = added("")
    """``immediate`` or ``deferred``: how it begins, where a transaction may put it off."""
    include: tuple[str, ...] = added(())


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A reference to a row of ``references``."""

    name: str
    column: str
    """The column that refers; the first one, where several do."""
    references: str
    on_delete: str = "no action"
    """``no action``, ``restrict``, ``cascade``, ``set null`` or ``set default``."""
    columns: tuple[str, ...] = added(())
    """The columns that refer, where there are several."""
    references_columns: tuple[str, ...] = added(("id",))
    on_update: str = added("no action")
    match: str = added("simple")
    """``simple`` or ``full``."""
    deferrable: str = added("")
    """``immediate`` or ``deferred``: how it begins, where a transaction may put it off."""
    valid: bool = added(default=True)
    """False for NOT VALID: rows that were there before may break it."""

    @property
    def referring(self) -> tuple[str, ...]:
        """The columns that refer, be it one or several."""
        return self.columns or (self.column,)

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Each column that refers, with the one that it refers to."""
        return tuple(zip(self.referring, self.references_columns, strict=False))


@dataclass(frozen=True, slots=True)
class Check:
    """A CHECK constraint."""

    name: str
    expression: str
    level: Level = "should"
    no_inherit: bool = added(default=False)
    valid: bool = added(default=True)
    """False for NOT VALID: rows that were there before may break it."""


@dataclass(frozen=True, slots=True)
class Exclusion:
    """An exclusion constraint. ``definition`` is spelt as ALTER TABLE ADD CONSTRAINT has it."""

    name: str
    definition: str


@dataclass(frozen=True, slots=True)
class Index:
    """An index that no key makes. Columns are spelt as in CREATE INDEX (``ordered_at desc``)."""

    name: str
    columns: tuple[str, ...]
    level: Level = "should"
    method: str = "btree"
    unique: bool = False
    where: str | None = None
    include: tuple[str, ...] = ()
    serves: str = ""
    witness: str = ""
    """The query and its case, ``latest-orders.many``, that is worse off without the index;
    ``none`` where an erratum says that it is redundant."""
    nulls_distinct: bool = added(default=True)
    options: tuple[str, ...] = added(())
    """Storage parameters as ``name=value``."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """A trigger. ``events`` are spelt as in CREATE TRIGGER (``update of price, tax``)."""

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
    arguments: tuple[str, ...] = added(())
    deferrable: str = added("")
    """``immediate`` or ``deferred``, for a constraint trigger that a transaction may put off."""
    enabled: str = added("enabled")
    """``enabled``, ``disabled``, ``replica only`` or ``always``."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table with all that hangs on it."""

    name: str
    phase: int
    """0 where the contract has no phases for it."""
    says: str
    columns: tuple[Column, ...]
    keys: tuple[Key, ...]
    foreign_keys: tuple[ForeignKey, ...] = ()
    checks: tuple[Check, ...] = ()
    indexes: tuple[Index, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    place: SourceLocation = field(default=SourceLocation("", 0), compare=False)
    form: str = added("table")
    """``table``, ``partitioned table``, ``partition``, ``inheriting table``, ``foreign table``."""
    parents: tuple[str, ...] = added(())
    """The partitioned table that it is a partition of, or the tables that it inherits from."""
    children: tuple[str, ...] = added(())
    """The tables that declare it as one of their parents."""
    partition_by: str = added("")
    """How a partitioned table's rows are divided, as PARTITION BY spells it."""
    bounds: str = added("")
    """Which rows of its parent a partition holds, as PARTITION OF spells it."""
    persistence: str = added("permanent")
    """``permanent`` or ``unlogged``."""
    row_security: str = added("")
    """``enabled`` or ``forced``, where policies decide which rows are seen."""
    comment: bool = added(default=True)
    """Whether the comment in the database is promised to be ``says``."""
    excludes: tuple[Exclusion, ...] = added(())
    ordered: tuple[tuple[str, ...], ...] = added((), hint=True)
    """Columns whose values ascend in every row, such as two references in an unordered pair."""
    totals: tuple[tuple[str, ...], ...] = added((), hint=True)
    """Columns of which the first is the sum of the others in every row."""
    waives: tuple[str, ...] = added((), hint=True)
    """Clauses that declarations imply and that are no promise here: their ids after the table's."""

    def column(self, name: str) -> Column:
        """The column of that name; KeyError where there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def primary(self) -> tuple[str, ...]:
        """The columns of the primary key, in order; none where there is no such key."""
        return next((key.columns for key in self.keys if key.primary), ())

    @property
    def holds_rows(self) -> bool:
        """Whether rows are judged here: those of a partition are its parent's."""
        return self.form not in ("partition", "foreign table")


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
    waives: tuple[str, ...] = added((), hint=True)
    """Clauses that it implies and that are no promise here: their ids after the function's."""
    place: SourceLocation = field(default=SourceLocation("", 0), compare=False)


@dataclass(frozen=True, slots=True)
class SchemaObject:
    """Any other object of the schema, promised to be there and nothing more."""

    name: str
    form: str
    """``view``, ``materialized view``, ``domain``, ``composite type``, ``sequence``..."""
    says: str
    type: str = ""
    """The type that a domain is of."""
    place: SourceLocation = field(default=SourceLocation("", 0), compare=False)
