"""Which columns of a table are drawn, and which are left to the server or to their default."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from vrss_contract.contract.model import (
    Column,
    Contract,
    InvariantPromise,
    Table,
    TriggerPromise,
)
from vrss_contract.data.generated.values import Values

_CALL = re.compile(r"\w\s*\(|current_|localtime", re.IGNORECASE)
_ZERO = re.compile(r"'?\(?-?0(\.0*)?\)?'?(::.*)?")


class Source(Enum):
    """Where a column's value comes from."""

    DRAWN = "drawn"
    NUMBERED = "numbered"
    """By a sequence of its own."""
    COMPUTED = "computed"
    KEPT = "kept at its default"
    NONE = "nothing is known of its type"


@dataclass(frozen=True, slots=True)
class Sources:
    """The columns of a table by where their values come from."""

    by_name: Mapping[str, Source]
    table: Table

    def of(self, *wanted: Source) -> tuple[Column, ...]:
        """The columns whose values come from one of these."""
        return tuple(column for column in self.table.columns if self.by_name[column.name] in wanted)

    @property
    def unfillable(self) -> tuple[Column, ...]:
        """Columns that need a value, and none can be drawn."""
        return tuple(
            column for column in self.of(Source.NONE) if not column.nullable and not column.default
        )


def sources(table: Table, values: Values, counted: frozenset[str]) -> Sources:
    """The columns of the table; ``counted`` are those that triggers keep, as ``table.column``."""
    referring = {name for key in table.foreign_keys for name in key.referring}
    found = {
        column.name: _source(column, values, referring, f"{table.name}.{column.name}" in counted)
        for column in table.columns
    }
    return Sources(found, table)


def _source(column: Column, values: Values, referring: set[str], counted: bool) -> Source:  # noqa: FBT001
    if column.generated:
        return Source.COMPUTED
    if column.numbered or "nextval(" in (column.default or ""):
        return Source.NUMBERED
    if column.name in referring:
        return Source.DRAWN
    if column.default and (counted or _ZERO.fullmatch(column.default)):
        return Source.KEPT
    return Source.DRAWN if values.known(column.stored_type) else Source.NONE


def constant_default(column: Column) -> bool:
    """Whether the column has a default that is the same for every row."""
    return column.default is not None and not volatile(column.default)


def volatile(default: str) -> bool:
    """Whether the default may be another for each row."""
    return bool(_CALL.search(default))


def counted(contract: Contract) -> frozenset[str]:
    """The columns that triggers or invariants speak of: no row chooses what stands there."""
    return frozenset(_counted(contract))


def _counted(contract: Contract) -> Iterator[str]:
    for clause in contract.clauses:
        if isinstance(clause.promise, InvariantPromise | TriggerPromise):
            yield from clause.objects
