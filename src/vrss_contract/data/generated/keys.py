"""Keys: what rows refer to, and what no two rows may have in common."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from vrss_contract.contract.model import Table

Row = Mapping[str, Any]
"""Column to value. A column that is left to the server is not in it."""


@dataclass(slots=True)
class Pool:
    """The rows of a table that others may refer to, by the columns that they are referred to by."""

    rows: list[Row] = field(default_factory=list)
    _found: dict[tuple[str, ...], dict[tuple[Any, ...], list[Row]]] = field(default_factory=dict)

    def add(self, rows: Sequence[Row]) -> None:
        """Rows that are there from now on."""
        self.rows.extend(rows)
        for columns, found in self._found.items():
            _sort(rows, columns, found)

    def like(self, known: Row) -> Sequence[Row]:
        """The rows that have these values."""
        if not known:
            return self.rows
        columns = tuple(known)
        if columns not in self._found:
            self._found[columns] = {}
            _sort(self.rows, columns, self._found[columns])
        return self._found[columns].get(tuple(known.values()), ())


def _sort(
    rows: Sequence[Row], columns: tuple[str, ...], found: dict[tuple[Any, ...], list[Row]]
) -> None:
    for row in rows:
        found.setdefault(tuple(row[column] for column in columns), []).append(row)


class Unused:
    """Rows in an order of their own, each given once."""

    def __init__(self, rows: Sequence[Row], random: Random) -> None:
        self._left = list(rows)
        random.shuffle(self._left)

    def next(self) -> Row | None:
        """A row that was not given yet, or None."""
        return self._left.pop() if self._left else None


@dataclass(frozen=True, slots=True)
class Unique:
    """Columns whose values no two rows share."""

    name: str
    columns: tuple[str, ...]
    nulls_distinct: bool = True


def uniques(table: Table) -> Iterator[Unique]:
    """The keys and plain unique indexes of a table; of others the server tells."""
    for key in table.keys:
        yield Unique(key.name, key.columns, key.nulls_distinct)
    names = {column.name for column in table.columns}
    for index in table.indexes:
        columns = tuple(column.strip('"') for column in index.columns)
        if index.unique and index.where is None and names.issuperset(columns):
            yield Unique(index.name, columns, index.nulls_distinct)


class Taken:
    """The keys that rows have by now."""

    def __init__(self, keys: Sequence[Unique]) -> None:
        self._seen: dict[Unique, set[tuple[Any, ...]]] = {key: set() for key in keys}

    def clash(self, row: Row) -> str:
        """The key that another row has already; empty where there is none."""
        return next((key.name for key, seen in self._seen.items() if _of(key, row) in seen), "")

    def add(self, row: Row) -> None:
        """The row's keys are taken."""
        for key, seen in self._seen.items():
            if (values := _of(key, row)) is not None:
                seen.add(values)

    def remove(self, row: Row) -> None:
        """The row is not there after all."""
        for key, seen in self._seen.items():
            seen.discard(_of(key, row) or ())


def _of(key: Unique, row: Row) -> tuple[Any, ...] | None:
    """The values of the key, or None where the row has none that could clash."""
    if not row.keys() >= set(key.columns):
        return None
    values = tuple(row[column] for column in key.columns)
    return None if key.nulls_distinct and None in values else values
