"""Whole rows out of rows that say only what matters.

Knows which columns must have a value and which rows of other tables they need; does not know which
server they go to. Rule: contracts/README.md, "Rows" and "Automatic values".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from vrss_contract.contract.model import Column, Contract, Row, Table
from vrss_contract.sql.literal import identifier, literal

BASELINE_IDS = (1, 2, 3)
"""The rows of each parent table that are there before any probe."""
CANDIDATE = 101
"""The id of a row that is tried, where the row does not say one."""
_FIRST_FREE = 1000
_AUTOMATIC: Mapping[str, Any] = {
    "bigint": 1,
    "integer": 1,
    "boolean": False,
    "timestamptz": "2025-01-01 00:00:00+00",
    "jsonb": {},
    "bigint[]": [1, 2],
}


class Factory:
    """Writes INSERT statements for rows of the contract's tables."""

    def __init__(self, contract: Contract) -> None:
        self._tables = contract.tables
        self._labels = {enum.name: enum.labels[0] for enum in contract.enums.values()}

    def baseline(self) -> dict[str, tuple[str, ...]]:
        """For each table that others refer to, parents first, what makes its rows."""
        parents = {key.references for table in self._tables.values() for key in table.foreign_keys}
        return {name: self._settled(name) for name in self._tables if name in parents}

    def needs(self, table: str, row: Row | None = None) -> tuple[str, ...]:
        """The world's tables that a row of this table refers to, and those they refer to."""
        found: dict[str, None] = {}
        for parent in self._referred(self._tables[table], row or {}):
            found.update(dict.fromkeys((*self.needs(parent), parent)))
        return tuple(found)

    def insert(self, table: str, row: Row, *, number: int, omits: Sequence[str] = ()) -> str:
        """The statement that puts the row in, with what it does not say filled up."""
        full = dict(self._filled(self._tables[table], row, number, omits))
        columns = ", ".join(map(identifier, full))
        if not full:
            return f"INSERT INTO {identifier(table)} DEFAULT VALUES"
        types = {column.name: column.type for column in self._tables[table].columns}
        values = ", ".join(literal(value, types[name]) for name, value in full.items())
        return f"INSERT INTO {identifier(table)} ({columns}) VALUES ({values})"

    def _settled(self, name: str) -> tuple[str, ...]:
        rows = (self.insert(name, {"id": id_}, number=id_) for id_ in BASELINE_IDS)
        start = f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), {_FIRST_FREE})"
        return (*rows, start)

    def _filled(
        self, table: Table, row: Row, number: int, omits: Sequence[str]
    ) -> Iterator[tuple[str, Any]]:
        told = row if "id" in row or "id" in omits else {"id": number, **row}
        for column in table.columns:
            if column.name in told:
                yield column.name, told[column.name]
            elif column.required and column.name not in omits:
                yield column.name, self._automatic(table, column, number)

    def _automatic(self, table: Table, column: Column, number: int) -> Any:
        parents = {key.column: key.references for key in table.foreign_keys}
        if column.name in parents:
            if number in BASELINE_IDS:
                return number
            return 1 + _earlier(table, column, parents)
        if column.example is not None:
            return _numbered(column.example, number)
        if column.values:
            return column.values[0]
        if column.type in self._labels:
            return self._labels[column.type]
        return _AUTOMATIC.get(column.type, f"x{number}")

    def _referred(self, table: Table, row: Row) -> Iterator[str]:
        """The tables that a row needs a row of, itself left out."""
        for key in table.foreign_keys:
            wanted = row.get(key.column) is not None or not table.column(key.column).nullable
            if wanted and key.references != table.name:
                yield key.references


def _earlier(table: Table, column: Column, parents: Mapping[str, str]) -> int:
    """How many columns before this one need a row of the same table: each gets a row of its own."""
    names = [other.name for other in table.columns if not other.nullable]
    before = names[: names.index(column.name)]
    return sum(parents.get(name) == parents[column.name] for name in before)


def _numbered(example: Any, number: int) -> Any:
    return example.replace("{n}", str(number)) if isinstance(example, str) else example
