"""Rows of one table, drawn one by one so that they keep what the contract declares of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random
from typing import Any

from vrss_contract.contract.model import Column, Table
from vrss_contract.data.generated import conditions
from vrss_contract.data.generated.columns import Source, Sources, constant_default, volatile
from vrss_contract.data.generated.conditions import Asked, Condition
from vrss_contract.data.generated.documents import Documents
from vrss_contract.data.generated.keys import Pool, Row, Taken, Unique, uniques
from vrss_contract.data.generated.limits import InfeasibleError, Limits, add, against, pass_on
from vrss_contract.data.generated.plan import Step, voidable
from vrss_contract.data.generated.references import References
from vrss_contract.data.generated.values import Values

_TRIES = 40
_NULLS = 0.2
_DEFAULTS = 0.5


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the rows of a table are drawn from."""

    values: Values
    pools: Mapping[str, Pool]
    documents: Documents
    partitions: tuple[str, ...] = ()
    """What the partitions of the table ask of a row, one of them each row."""


class RowDraw:
    """Draws candidates for one table."""

    def __init__(
        self,
        step: Step,
        sources: Sources,
        around: Surroundings,
        random: Random,
        *,
        numbered: bool = False,
    ) -> None:
        self.table: Table = step.table
        self.refused = ""
        """Why the last candidate could not be drawn."""
        self._around = around
        self._random = random
        self._numbered = sources.of(Source.NUMBERED) if numbered else ()
        self._types = {column.name: column.stored_type for column in self.table.columns}
        self._keys = tuple(uniques(self.table))
        self._single = set(_single(self.table, self._keys))
        self.keyed = tuple(dict.fromkeys(name for key in self._keys for name in key.columns))
        """The columns of which no two rows may have the same values."""
        self.taken = Taken(self._keys)
        self._checks = tuple(_checks(self.table, around))
        self._asked = frozenset().union(*map(conditions.columns, self._checks))
        self._references = References(step, around.pools, self._single, self.taken, random)
        self._later = {name for key in step.later for name in voidable(self.table, key)}
        referring = {name for key in step.references for name in key.referring}
        drawn = sources.of(Source.DRAWN)
        self._drawn = tuple(c for c in drawn if c.name not in referring | self._later)
        self.columns = tuple(
            column.name
            for column in self.table.columns
            if column in drawn or column in self._numbered
        )
        """The columns that candidates may have a value for."""
        self._number = 0

    def candidate(self, *, plain: bool = False) -> Row | None:
        """A row, or None where none was found: ``refused`` says why.

        A ``plain`` one says as little as it may, and takes the contract's own examples.
        """
        for _ in range(_TRIES):
            self._number += 1
            try:
                row = self._attempt(plain=plain)
            except InfeasibleError as error:
                self.refused = (
                    str(error) or self.refused or "no row was found that keeps the checks"
                )
                continue
            if clash := self.taken.clash(row):
                self.refused = f"no more values were found for {clash}"
                continue
            self.taken.add(row)
            return row
        return None

    def _attempt(self, *, plain: bool) -> Row:
        asked = [one for c in self._checks for one in conditions.chosen(c, self._random)]
        pairs = [side for one in asked if self._comparable(one) for side in (one, one.mirrored)]
        limits = self._limits([one for one in asked if not one.other])
        pass_on(limits, pairs)
        row: dict[str, Any] = {column.name: self._number for column in self._numbered}
        row.update(dict.fromkeys(self._later))
        self._references.settle(row, limits, pairs, nulls=1.0 if plain else _NULLS)
        self._document(row, limits)
        for column in self._drawn:
            if column.name not in row:
                self._column(column, row, limits[column.name], pairs, plain=plain)
        self._references.settle_own(row)
        return {name: row[name] for name in self.columns if name in row}

    def _comparable(self, asked: Asked) -> bool:
        """Whether two columns are compared whose values Python compares as the server does."""
        names = [name for name in (asked.column, asked.other) if name in self._types]
        families = {self._around.values.family(self._types[name]) for name in names}
        return len(names) == 2 and (len(families) == 1 or families == {"integer", "number"})  # noqa: PLR2004 - both

    def _limits(self, asked: Sequence[Asked]) -> dict[str, Limits]:
        """What is asked of each column by itself."""
        limits = {column.name: self._declared(column) for column in self.table.columns}
        for one in asked:
            if one.column in limits:
                family = self._around.values.family(self._types[one.column])
                add(limits[one.column], one, family)
        return limits

    def _declared(self, column: Column) -> Limits:
        limits = Limits(column.minimum, column.maximum, unique=column.name in self._single)
        limits.null = None if self._nullable(column) else False
        if column.values:
            limits.among = tuple(column.values)
        return limits

    def _nullable(self, column: Column) -> bool:
        return column.nullable and not self._around.values.required(column.stored_type)

    def _document(self, row: dict[str, Any], limits: Mapping[str, Limits]) -> None:
        for shape in self._around.documents.shapes:
            null = limits[shape.column].null
            if null or (null is None and self._seldom()):
                row[shape.column] = None
            else:
                row.update(self._around.documents.drawn(shape, self._random))

    def _column(
        self,
        column: Column,
        row: dict[str, Any],
        limits: Limits,
        pairs: Sequence[Asked],
        *,
        plain: bool,
    ) -> None:
        """Give the column a value, NULL, or leave it to its default."""
        if limits.null or (limits.null is None and (plain or self._seldom())):
            row[column.name] = None
            return
        if self._left_out(column, limits, plain=plain):
            return
        if plain and column.example is not None:
            row[column.name] = _numbered(column.example, self._number)
            return
        for pair in pairs:
            if pair.column == column.name and row.get(pair.other) is not None:
                against(limits, pair.operator, row[pair.other])
        row[column.name] = self._around.values.drawn(column.stored_type, self._random, limits)

    def _left_out(self, column: Column, limits: Limits, *, plain: bool) -> bool:
        if column.default is not None and plain:
            return True
        free = column.name not in self._single | self._asked and limits.among is None
        return constant_default(column) and free and self._random.random() < _DEFAULTS

    def _seldom(self) -> bool:
        return self._random.random() < _NULLS


def _single(table: Table, keys: Sequence[Unique]) -> Iterator[str]:
    """The columns no value of which comes twice, or that one such is computed from."""
    for key in keys:
        if len(key.columns) == 1:
            yield key.columns[0]
            yield from conditions.named(table.column(key.columns[0]).generated)


def _checks(table: Table, around: Surroundings) -> Iterator[Condition]:
    types = {column.name: column.stored_type for column in table.columns}
    for check in table.checks:
        yield conditions.read(check.expression, types)
    for columns in table.ordered:
        for low, high in pairwise(columns):
            yield Asked(low, "<", other=high)
    yield from _moments(table)
    if around.partitions:
        ways = tuple(conditions.read(one, types) for one in around.partitions)
        yield conditions.OneOf(ways)


def _moments(table: Table) -> Iterator[Condition]:
    """Columns whose default is one moment, such as that of the insert, ascend as declared."""
    defaults = [column for column in table.columns if column.default and volatile(column.default)]
    for one, other in pairwise(defaults):
        if one.default == other.default and one.type == other.type:
            yield Asked(one.name, "<=", other=other.name)


def _numbered(example: Any, number: int) -> Any:
    return example.replace("{n}", str(number)) if isinstance(example, str) else example
