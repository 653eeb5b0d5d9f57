"""What the columns of a row hold that does not say them.

Rule: contracts/README.md, "Rows".
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from typing import Any

from vrss_contract.contract.model import Column, Contract, ForeignKey, Row, Table
from vrss_contract.sql.literal import relation
from vrss_contract.sql.numbered import numbered

BASELINE = 3
"""The rows of a table that others refer to which are there before any case is tried."""
_CONSTANT: Mapping[str, Any] = {
    "boolean": False,
    "timestamptz": "2025-01-01 00:00:00+00",
    "jsonb": {},
    "json": {},
    "bigint[]": [1, 2],
}
_COUNTED = re.compile(r"smallint|integer|bigint|real|double precision|money|numeric\b.*")
_WORDS = re.compile(r"text|varchar\b.*|char\b.*|character\b.*")
_PLACES = ((501, 498), (300, 293), (200, 197), (100, 98))
"""Where the numbers of rows that are tried begin, and what is taken off for a place among examples,
so that the rows of one case get different ones."""


class RowValues:
    """The values of a contract's rows by number.

    What follows from a table alone is found once: rows are made by the thousand.
    """

    def __init__(self, contract: Contract) -> None:
        self._tables = contract.tables
        self._counts: dict[str, int] = {}
        self._labels = {relation(one.name): one.labels for one in contract.enums.values()}
        self._domains = {
            relation(one.name): one.type
            for one in contract.objects
            if one.form == "domain" and one.type
        }

    @staticmethod
    def key(table: Table) -> tuple[str, ...]:
        """The columns that tell a row from others, and can be said: of a key, or none."""
        for key in sorted(table.keys, key=lambda key: not key.primary):
            columns = [table.column(name) for name in key.columns]
            if not any(column.nullable or column.generated for column in columns):
                return key.columns
        return ()

    def says(self, table: Table, column: Column) -> bool:
        """Whether a row says the column though nobody asked for it."""
        return column.name in self._said[table.name]

    @cached_property
    def _said(self) -> Mapping[str, frozenset[str]]:
        """Of each table, the columns that a row says though nobody asked for it."""
        return {table.name: frozenset(self._saying(table)) for table in self._tables.values()}

    def _saying(self, table: Table) -> Iterator[str]:
        known = {*self.key(table), *self._referred[table.name]}
        for column in table.columns:
            asked = column.required or column.filled or column.name in known
            if not column.generated and (asked or _defaults(table, column)):
                yield column.name

    def references(self, table: Table, row: Row, omits: Collection[str] = ()) -> list[ForeignKey]:
        """The references that a row of the table makes."""
        said = self._said[table.name]

        def made(name: str) -> bool:
            if name in row:
                return row[name] is not None or not table.column(name).nullable
            return name not in omits and name in said

        return [key for key in table.foreign_keys if all(map(made, key.referring))]

    def baseline_rows(self, name: str, above: tuple[str, ...] = ()) -> int:
        """How many rows the table has before any case.

        More where a row of another table is told by the reference to it alone and has rows of its
        own that are there before: then a row that is tried needs one that is not taken. And
        enough for tables that refer to it more than once in a row.
        """
        if above:
            return self._count(name, above)
        if name not in self._counts:
            self._counts[name] = self._count(name, above)
        return self._counts[name]

    def _count(self, name: str, above: tuple[str, ...]) -> int:
        takers = (
            self.baseline_rows(table.name, (*above, name))
            for table in self._tables.values()
            if self._exclusive(table) and name in _parents(table) and table.name not in above
        )
        return max(BASELINE + max(takers, default=0), *self._spread(name, above))

    def _spread(self, name: str, above: tuple[str, ...]) -> Iterator[int]:
        """The last row of the table that a row of each other one refers to by a further key."""
        yield BASELINE
        for table in self._tables.values():
            ranks = [self.rank(table, key) for key in table.foreign_keys if key.references == name]
            if table.name != name and table.name not in above and max(ranks, default=0):
                there = bool(self._referred[table.name])
                rows = self.baseline_rows(table.name, (*above, name)) if there else 1
                yield rows + max(ranks)

    def row_referred(self, table: Table, key: ForeignKey, number: int) -> int:
        """The number of the row that a reference of the row of that number is to."""
        if 0 < number <= self.baseline_rows(table.name):
            # Each to a row of its own, for a check may say so; its own table's later ones are not
            # there yet.
            return number if key.references == table.name else number + self.rank(table, key)
        taken = self.baseline_rows(table.name) if self._exclusive(table) else 0
        return taken + 1 + self.rank(table, key)

    @staticmethod
    def rank(table: Table, key: ForeignKey) -> int:
        """How many references of a row to the same table come before this one."""
        return _earlier(table, key)

    def referred(self, key: ForeignKey, number: int) -> dict[str, Any]:
        """What the columns of a reference hold, so that it is to the row of that number."""
        parent = self._tables[key.references]
        return {own: self.of_row(parent, other, number) for own, other in key.pairs}

    def of_row(self, table: Table, name: str, number: int, depth: int = 0) -> Any:
        """What the column holds in the row of that number, if it is one of the baseline."""
        for key in self.references(table, {}):
            if name in key.referring and depth < len(self._tables):
                parent, other = self._tables[key.references], dict(key.pairs)[name]
                if (parent.name, other) != (table.name, name):
                    further = 0 if parent.name == table.name else self.rank(table, key)
                    return self.of_row(parent, other, number + further, depth + 1)
        return self.numbered(table.column(name), number)

    def numbered(self, column: Column, number: int) -> Any:
        """The column's value of a number; another number's is another, where there are enough."""
        if column.examples:
            return column.examples[_place(number) % len(column.examples)]
        if column.example is not None:
            return _filled_in(column.example, number)
        if column.values:
            return column.values[_turn(number) % len(column.values)]
        labels = self._labels.get(column.type, ())
        if labels:
            return labels[_turn(number) % len(labels)]
        return self._of_type(column.stored_type, number)

    def automatic(self, table: Table, column: Column, number: int) -> Any:
        """What a column holds that is no reference, in the row of that number."""
        if column.examples or self._varies(table, column):
            return self.numbered(column, number)
        shift = next(
            (group.index(column.name) for group in table.ordered if column.name in group), 0
        )
        if shift:
            return self.numbered(column, number + shift)
        if column.example is not None or column.values:
            return column.values[0] if column.example is None else self.numbered(column, number)
        return self._plain(column, number)

    def _plain(self, column: Column, number: int) -> Any:
        type_ = self._base(column.stored_type)
        if type_ in self._labels:
            return self._labels[type_][0]
        if type_ in _CONSTANT:
            return _CONSTANT[type_]
        if _COUNTED.fullmatch(type_):
            return max(1, column.minimum or 1)
        return self._of_type(type_, number if _WORDS.fullmatch(type_) else 1)

    def _of_type(self, type_: str, number: int) -> Any:
        base = self._base(type_)
        element = self._labels.get(base.removesuffix("[]"), ())
        if element:
            label = element[_turn(number) % len(element)]
            return [label] if base.endswith("[]") else label
        return numbered(base, number)

    def _base(self, type_: str) -> str:
        """What a domain is over, in the end."""
        seen: set[str] = set()
        while type_.removesuffix("[]") in self._domains.keys() - seen:
            element = type_.removesuffix("[]")
            seen.add(element)
            type_ = self._domains[element] + type_[len(element) :]
        return type_

    def built_in(self, type_: str) -> str:
        """What its values are in the server's own types: a label of an enumerated type is a text.

        A type that nothing declares stays as it is.
        """
        base = self._base(type_)
        element = base.removesuffix("[]")
        return base.replace(element, "text", 1) if element in self._labels else base

    def _varies(self, table: Table, column: Column) -> bool:
        """Whether rows have to differ in the column, and have values enough to do so."""
        if any(key.columns == (column.name,) for key in table.keys):
            return True
        few = column.values or column.stored_type in {*self._labels, "boolean"}
        return not few and column.name in self._told_apart[table.name]

    @cached_property
    def _told_apart(self) -> Mapping[str, frozenset[str]]:
        """Of each table, the columns of keys and of exclusion constraints."""
        return {table.name: frozenset(_told_apart(table)) for table in self._tables.values()}

    @cached_property
    def _referred(self) -> Mapping[str, frozenset[str]]:
        """Of each table, the columns that references of others are to."""
        keys = [key for table in self._tables.values() for key in table.foreign_keys]
        return {
            name: frozenset(
                column
                for key in keys
                if key.references == name
                for column in key.references_columns
            )
            for name in self._tables
        }

    def _exclusive(self, table: Table) -> bool:
        """Whether it is referred to, and some key of it is made of its references alone."""
        return table.name in self._exclusives

    @cached_property
    def _exclusives(self) -> frozenset[str]:
        return frozenset(name for name, one in self._tables.items() if self._is_exclusive(one))

    def _is_exclusive(self, table: Table) -> bool:
        made = {column for key in self.references(table, {}) for column in key.referring}
        return bool(self._referred[table.name]) and any(
            made.issuperset(key.columns) for key in table.keys
        )


def _told_apart(table: Table) -> Iterator[str]:
    for key in table.keys:
        yield from key.columns
    for exclusion in table.excludes:
        for column in table.columns:
            if re.search(rf"\b{re.escape(column.name)}\b", exclusion.definition):
                yield column.name


def _defaults(table: Table, column: Column) -> bool:
    """Whether it refers to a row by default, which nothing says is there."""
    refers = any(column.name in key.referring for key in table.foreign_keys)
    return refers and column.default is not None and column.default.lower() != "null"


def _parents(table: Table) -> set[str]:
    return {key.references for key in table.foreign_keys}


def _earlier(table: Table, key: ForeignKey) -> int:
    """How many references before this one are to the same table: each is to a row of its own."""
    ordered = [
        group.index(name) for group in table.ordered for name in key.referring if name in group
    ]
    if ordered:
        return ordered[0]
    places = [column.name for column in table.columns]
    before = (
        other
        for other in table.foreign_keys
        if other.references == key.references
        and places.index(other.column) < places.index(key.column)
        and not any(table.column(name).nullable for name in other.referring)
    )
    return sum(1 for _ in before)


def _place(number: int) -> int:
    """The place among examples: 0, 1, 2 for the baseline, then on for each row that is tried."""
    return number - next((off for first, off in _PLACES if number >= first), 1)


def _turn(number: int) -> int:
    """The place among labels, round and round; that of the first row of a case is the first."""
    return number - 501 if number > 500 else number - 1  # noqa: PLR2004 - where cases of keys begin


def _filled_in(example: Any, number: int) -> Any:
    return example.replace("{n}", str(number)) if isinstance(example, str) else example
