"""The statements that put whole rows in, and the conditions that find them again.

Rule: contracts/README.md, "Rows".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vrss_contract.contract.model import Column, Contract, Row, Table
from vrss_contract.contract.whole_rows import CANDIDATE, FIRST_FREE, WholeRows
from vrss_contract.sql.literal import identifier, literal, relation, text

__all__ = ["CANDIDATE", "Factory", "equals"]


class Factory:
    """Writes the statements for rows of the contract's tables."""

    def __init__(self, contract: Contract) -> None:
        self._tables = contract.tables
        self._rows = WholeRows.of(contract)
        self._values = self._rows.values

    def baseline(self) -> dict[str, tuple[str, ...]]:
        """For each table that others refer to, parents first, what makes its rows.

        Tables that need rows of each other stand together: the first one makes the rows of all.
        """
        made: dict[str, tuple[str, ...]] = {}
        for first, *others in self._rows.groups:
            rows = tuple(row for one in (first, *others) for row in self._settled(one))
            made |= {first: rows, **dict.fromkeys(others, ())}
        return made

    def needs(self, table: str, row: Row | None = None) -> tuple[str, ...]:
        """The baseline's tables that a row of this table refers to, and those they refer to."""
        return self._rows.needs(table, row)

    def insert(self, table: str, row: Row, *, number: int, omits: Sequence[str] = ()) -> str:
        """The statement that puts the row in, with what it does not say filled up."""
        declared = self._tables[table]
        full = self._rows.filled(table, row, number=number, omits=omits)
        columns = ", ".join(map(identifier, full))
        if not full:
            return f"INSERT INTO {relation(table)} DEFAULT VALUES"
        types = {column.name: column.type for column in declared.columns}
        values = ", ".join(literal(value, types[name]) for name, value in full.items())
        given = any(declared.column(name).numbered for name in full)
        way = " OVERRIDING SYSTEM VALUE" if given else ""
        return f"INSERT INTO {relation(table)} ({columns}){way} VALUES ({values})"

    def finds(self, table: str, row: Row, *, number: int, omits: Sequence[str] = ()) -> str:
        """The condition that finds the row that ``insert`` has put in, as ``t``."""
        declared = self._tables[table]
        full = self._rows.filled(table, row, number=number, omits=omits)
        key = self._values.key(declared)
        if not key:
            return (
                " AND ".join(self._alike(declared.column(name), full[name]) for name in full)
                or "TRUE"
            )
        return " AND ".join(self._told(declared, name, full) for name in key)

    def read_as(self, column: Column) -> str:
        """The type that what the column holds is compared as, which any server has.

        A label is compared as a text and a domain's value as what it is of: the type's name is
        another clause's to ask for.
        """
        return self._values.built_in(column.stored_type)

    def _told(self, table: Table, name: str, full: Row) -> str:
        column = table.column(name)
        if name in full:
            return equals(f"t.{identifier(name)}", full[name], column.type)
        if column.numbered:
            return f"t.{identifier(name)} = pg_sequence_last_value({_sequence(table, column)})"
        others = range(1, self._values.baseline_rows(table.name) + 1)
        known = {literal(self._values.of_row(table, name, n), column.type) for n in others}
        return f"t.{identifier(name)} NOT IN ({', '.join(sorted(known))})"

    def _alike(self, column: Column, value: Any) -> str:
        """As texts, for a type may have no equality."""
        found, wanted = f"t.{identifier(column.name)}", literal(value, column.type)
        return f"{found}::text IS NOT DISTINCT FROM CAST({wanted} AS {self.read_as(column)})::text"

    def _settled(self, name: str) -> tuple[str, ...]:
        table, numbers = self._tables[name], range(1, self._values.baseline_rows(name) + 1)
        rows = (self.insert(name, {}, number=number) for number in numbers)
        starts = (
            f"SELECT setval({_sequence(table, table.column(column))}, {FIRST_FREE})"
            for column in self._rows.numbered(name)
        )
        return (*rows, *starts)


def equals(name: str, value: Any, type_: str) -> str:
    """The condition that a column holds this value, NULL included."""
    return f"{name} IS NULL" if value is None else f"{name} = {literal(value, type_)}"


def _sequence(table: Table, column: Column) -> str:
    """What names the sequence that a column's numbers come from."""
    return f"pg_get_serial_sequence({text(relation(table.name))}, {text(column.name)})"
