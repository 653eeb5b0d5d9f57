"""Whole rows out of rows that say only what matters: the baseline's, and those that are tried.

Knows values and no SQL. Rule: contracts/README.md, "Rows".
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from functools import cached_property
from typing import Any, ClassVar

from vrss_contract.contract.model import Contract, Given, Row
from vrss_contract.contract.row_values import RowValues

CANDIDATE = 101
"""The number of a row that is tried, and its id, where the row does not say one."""
FIRST_FREE = 1000
"""Where the sequences of the baseline's tables stand."""
_WORD = re.compile(r"[a-z_]+")


class WholeRows:
    """The rows of a contract's tables, column by column."""

    _last: ClassVar[tuple[Contract, WholeRows] | None] = None

    def __init__(self, contract: Contract) -> None:
        self._tables = contract.tables
        self.values = RowValues(contract)

    @classmethod
    def of(cls, contract: Contract) -> WholeRows:
        """The rows of a contract, found once as long as no other contract's are asked for."""
        if cls._last is None or cls._last[0] is not contract:
            cls._last = contract, cls(contract)
        return cls._last[1]

    @cached_property
    def groups(self) -> tuple[tuple[str, ...], ...]:
        """The tables that others refer to, parents first; those that need each other together."""
        parents = {key.references for table in self._tables.values() for key in table.foreign_keys}
        made: dict[str, tuple[str, ...]] = {}
        for name in self._tables:
            if name in parents and name not in made:
                group = (name, *(other for other in self._tables if self._circle(name, other)))
                made |= dict.fromkeys(group, group)
        return tuple(dict.fromkeys(made.values()))

    def baseline(self, table: str) -> tuple[dict[str, Any], ...]:
        """The rows of a table that others refer to."""
        numbers = range(1, self.values.baseline_rows(table) + 1)
        return tuple(self.filled(table, {}, number=number) for number in numbers)

    def numbered(self, table: str) -> tuple[str, ...]:
        """The columns of a table whose values come from a sequence."""
        return tuple(column.name for column in self._tables[table].columns if column.numbered)

    def filled(
        self, table: str, row: Row, *, number: int, omits: Sequence[str] = ()
    ) -> dict[str, Any]:
        """The row with what it does not say, as it is put in."""
        declared, referred = self._tables[table], dict[str, Any]()
        for key in self.values.references(declared, row, omits):
            to = self.values.row_referred(declared, key, number)
            referred = {**self.values.referred(key, to), **referred}
        whole: dict[str, Any] = {}
        for column in declared.columns:
            if column.name in row:
                whole[column.name] = row[column.name]
            elif column.name not in omits and self.values.says(declared, column):
                if column.name in referred:
                    whole[column.name] = referred[column.name]
                else:
                    whole[column.name] = self.values.automatic(declared, column, number)
        return whole

    def needs(self, table: str, row: Row | None = None) -> tuple[str, ...]:
        """The baseline's tables that a row of this table refers to, and those they refer to."""
        found: dict[str, None] = {}
        self._gather(table, row or {}, found, (table,))
        return tuple(found)

    def needs_of(self, texts: Iterable[str], given: Sequence[Given]) -> tuple[str, ...]:
        """The baseline's tables that SQL speaks of and given rows refer to, with their own."""
        words = {word for sql in texts for word in _WORD.findall(sql)} & self._tables.keys()
        words |= {one.table for one in given if self._refers_to_its_own(one)}
        named = {need for one in given for need in self.needs(one.table, one.row)}
        named |= {need for table in words for need in (*self.needs(table), table)}
        return self.ordered(named)

    def ordered(self, tables: Collection[str]) -> tuple[str, ...]:
        """Those of the baseline's tables, in the order that their rows are made in."""
        return tuple(table for group in self.groups for table in group if table in tables)

    def _refers_to_its_own(self, one: Given) -> bool:
        """Whether the row needs another one of its table."""
        keys = self._tables[one.table].foreign_keys
        return any(key.references == one.table and one.row.get(key.column) for key in keys)

    def _gather(self, name: str, row: Row, found: dict[str, None], above: Sequence[str]) -> None:
        table = self._tables[name]
        for key in self.values.references(table, row):
            if key.references not in above:
                self._gather(key.references, {}, found, (*above, key.references))
                found[key.references] = None

    def _circle(self, name: str, other: str) -> bool:
        """Whether the two tables need rows of each other."""
        return other != name and other in self.needs(name) and name in self.needs(other)
