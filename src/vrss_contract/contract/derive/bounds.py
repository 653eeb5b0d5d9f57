"""The boundary cases of one column: its longest text, its listed texts, its least and most number.

What a type refuses of itself is told apart from what a check refuses: a wider type takes all that a
narrower one does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from vrss_contract.contract.model import SERIALS, Case, Column, Row, Table
from vrss_contract.contract.row_values import RowValues
from vrss_contract.sql.literal import literal, text

BITS = {"smallint": 15, "integer": 31, "bigint": 63}
"""The bits of a number's size, by its type."""
BITS |= {serial: BITS[stored] for serial, stored in SERIALS.items()}


@dataclass(frozen=True, slots=True)
class NumberCases:
    """What is tried of a whole number."""

    least: int
    most: int
    kept: tuple[Case, ...]
    """Both ends, and one beyond each that a check sets."""
    unfit: tuple[Case, ...]
    """One beyond each end that is the type's own."""


def lengths(column: Column, longest: int) -> tuple[Case, Case]:
    """A text of the whole length, and one of a character more."""
    fits, over = "x" * longest, "x" * (longest + 1)
    stored = {column.name: text(fits)}
    return (
        Case(f"{longest} characters", {column.name: fits}, gives=stored),
        Case(f"{longest + 1} characters", {column.name: over}, "string_data_right_truncation"),
    )


def listed(column: Column, values: Sequence[str], error: str) -> list[Case]:
    """Each of the texts, and some that are none of them."""
    taken = [Case(f"{v!r} is listed", {column.name: v}, gives=_same(column, v)) for v in values]
    tried = ("other", "", values[0].swapcase(), f" {values[0]}")
    wrong = [value for value in tried if value not in values]
    return taken + [Case(f"{v!r} is not listed", {column.name: v}, error) for v in wrong]


def numbers(table: Table, column: Column, values: RowValues) -> NumberCases:
    """The ends of what the column takes, and what is beyond them."""
    edge, name = 2 ** BITS[column.stored_type], column.name
    low, high = -edge, edge - 1
    least = next(one for one in (column.minimum, column.floor, low) if one is not None)
    most = high if column.maximum is None else column.maximum
    lower = low if column.minimum is None else column.minimum
    taken = (
        Case("the least", _untaken(table, name, least, values), gives=_same(column, least)),
        Case("the most", _untaken(table, name, most, values), gives=_same(column, most)),
    )
    beyond = (
        Case("one below the least", {name: lower - 1}, _refusal(of_type=lower == low)),
        Case("one above the most", {name: most + 1}, _refusal(of_type=most == high)),
    )
    unfit = tuple(case for case in beyond if case.error == _UNFIT)
    return NumberCases(least, most, (*taken, *(c for c in beyond if c not in unfit)), unfit)


_UNFIT = "numeric_value_out_of_range"


def _refusal(*, of_type: bool) -> str:
    return _UNFIT if of_type else "check_violation"


def _untaken(table: Table, name: str, value: int, values: RowValues) -> Row:
    """A row of that value, which is part of a key that a row of the baseline may have as well.

    Then it is of another row that the rest of the key refers to.
    """
    row: dict[str, Any] = {name: value, **_totalled(table, name, value)}
    if values.of_row(table, name, 1) != value:
        return row
    for key in table.keys if name in values.key(table) else ():
        for foreign in values.references(table, row):
            if name in key.columns and {*foreign.referring} & {*key.columns} - {name}:
                return {**values.referred(foreign, 2), **row}
    return row


def _totalled(table: Table, name: str, value: int) -> Row:
    """What the sum holds where that column is a part of it; the last part, where it is the sum."""
    sums = (group for group in table.totals if name in group)
    return {group[-1 if name == group[0] else 0]: value for group in sums}


def _same(column: Column, value: Any) -> dict[str, str]:
    return {column.name: literal(value)}
