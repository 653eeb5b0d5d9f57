"""Whole rows out of rows that say only what matters.

Rule: contracts/README.md, "Rows".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from vrss_contract.contract.model import Column, Contract, Row, Table
from vrss_contract.contract.row_values import RowValues
from vrss_contract.sql.literal import identifier, literal, relation, text

CANDIDATE = 101
"""The number of a row that is tried, and its id, where the row does not say one."""
_FIRST_FREE = 1000


class Factory:
    """Writes the statements for rows of the contract's tables."""

    def __init__(self, contract: Contract) -> None:
        self._tables = contract.tables
        self._values = RowValues(contract)

    def baseline(self) -> dict[str, tuple[str, ...]]:
        """For each table that others refer to, parents first, what makes its rows.

        Tables that need rows of each other stand together: the first one makes the rows of all.
        """
        parents = {key.references for table in self._tables.values() for key in table.foreign_keys}
        made: dict[str, tuple[str, ...]] = {}
        for name in self._tables:
            if name in parents and name not in made:
                circle = [other for other in self._tables if self._circle(name, other)]
                rows = tuple(row for one in (name, *circle) for row in self._settled(one))
                made |= {name: rows, **dict.fromkeys(circle, ())}
        return made

    def needs(self, table: str, row: Row | None = None) -> tuple[str, ...]:
        """The baseline's tables that a row of this table refers to, and those they refer to."""
        found: dict[str, None] = {}
        self._gather(table, row or {}, found, (table,))
        return tuple(found)

    def insert(self, table: str, row: Row, *, number: int, omits: Sequence[str] = ()) -> str:
        """The statement that puts the row in, with what it does not say filled up."""
        declared = self._tables[table]
        full = dict(self._filled(declared, row, number, omits))
        columns = ", ".join(map(identifier, full))
        if not full:
            return f"INSERT INTO {relation(table)} DEFAULT VALUES"
        types = {column.name: column.type for column in declared.columns}
        values = ", ".join(literal(value, types[name]) for name, value in full.items())
        given = any(declared.column(name).identity == "always" for name in full)
        way = " OVERRIDING SYSTEM VALUE" if given else ""
        return f"INSERT INTO {relation(table)} ({columns}){way} VALUES ({values})"

    def finds(self, table: str, row: Row, *, number: int, omits: Sequence[str] = ()) -> str:
        """The condition that finds the row that ``insert`` has put in, as ``t``."""
        declared = self._tables[table]
        full = dict(self._filled(declared, row, number, omits))
        key = self._values.key(declared)
        if not key:
            return (
                " AND ".join(self._alike(declared.column(name), full[name]) for name in full)
                or "TRUE"
            )
        return " AND ".join(self._told(declared, name, full) for name in key)

    def _told(self, table: Table, name: str, full: Row) -> str:
        column = table.column(name)
        if name in full:
            return equals(f"t.{identifier(name)}", full[name], column.type)
        if column.numbered:
            return f"t.{identifier(name)} = currval({_sequence(table, column)})"
        others = range(1, self._values.baseline_rows(table.name) + 1)
        known = {literal(self._values.of_row(table, name, n), column.type) for n in others}
        return f"t.{identifier(name)} NOT IN ({', '.join(sorted(known))})"

    def _alike(self, column: Column, value: Any) -> str:
        """As texts, for a type may have no equality."""
        found, wanted = f"t.{identifier(column.name)}", literal(value, column.type)
        return f"{found}::text IS NOT DISTINCT FROM CAST({wanted} AS {column.stored_type})::text"

    def _settled(self, name: str) -> tuple[str, ...]:
        table = self._tables[name]
        numbers = range(1, self._values.baseline_rows(name) + 1)
        rows = (self.insert(name, {}, number=number) for number in numbers)
        starts = (
            f"SELECT setval({_sequence(table, column)}, {_FIRST_FREE})"
            for column in table.columns
            if column.numbered
        )
        return (*rows, *starts)

    def _filled(
        self, table: Table, row: Row, number: int, omits: Sequence[str]
    ) -> Iterator[tuple[str, Any]]:
        referred: dict[str, Any] = {}
        for key in self._values.references(table, row, omits):
            to = self._values.row_referred(table, key, number)
            referred = {**self._values.referred(key, to), **referred}
        for column in table.columns:
            if column.name in row:
                yield column.name, row[column.name]
            elif column.name not in omits and self._values.says(table, column):
                if column.name in referred:
                    yield column.name, referred[column.name]
                else:
                    yield column.name, self._values.automatic(table, column, number)

    def _gather(self, name: str, row: Row, found: dict[str, None], above: Sequence[str]) -> None:
        table = self._tables[name]
        for key in self._values.references(table, row):
            if key.references not in above:
                self._gather(key.references, {}, found, (*above, key.references))
                found[key.references] = None

    def _circle(self, name: str, other: str) -> bool:
        """Whether the two tables need rows of each other."""
        return other != name and other in self.needs(name) and name in self.needs(other)


def equals(name: str, value: Any, type_: str) -> str:
    """The condition that a column holds this value, NULL included."""
    return f"{name} IS NULL" if value is None else f"{name} = {literal(value, type_)}"


def _sequence(table: Table, column: Column) -> str:
    """What names the sequence that a column's numbers come from."""
    return f"pg_get_serial_sequence({text(relation(table.name))}, {text(column.name)})"
