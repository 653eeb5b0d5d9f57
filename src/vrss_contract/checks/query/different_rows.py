"""Where two answers to one question are not the same, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence

_SHOWN = 2
Rows = Sequence[tuple[object, ...]]


def difference(wanted: Rows, found: Rows, *, ordered: bool) -> tuple[str, str] | None:
    """What was expected and what came instead, where the two are not the same."""
    if wanted == found:
        return None
    if not ordered:
        missing, strange = _without(wanted, found), _without(found, wanted)
        if not (missing or strange):
            return None
        return f"{len(wanted)} rows, {_rows(missing)} among them", f"{_rows(strange)} instead"
    for number, (one, other) in enumerate(zip(wanted, found, strict=False), start=1):
        if _key(one) != _key(other):
            return f"row {number} is {_row(one)}", f"row {number} is {_row(other)}"
    if len(wanted) != len(found):
        return f"{len(wanted)} rows", f"{len(found)} rows"
    return None


def _without(rows: Rows, others: Rows) -> Rows:
    """The rows that the others lack, each as often as they lack it."""
    left, counted = [], Counter(map(_key, others))
    for row in rows:
        counted[_key(row)] -= 1
        if counted[_key(row)] < 0:
            left.append(row)
    return left


def _key(value: object) -> Hashable:
    """What a value is counted by: an array has no hash, and NaN is itself in PostgreSQL alone."""
    if isinstance(value, list | tuple):
        return tuple(map(_key, value))
    if isinstance(value, dict):
        return frozenset((name, _key(part)) for name, part in value.items())
    if isinstance(value, Hashable) and value == value:  # noqa: PLR0124 - NaN is not equal to itself
        return value
    return repr(value)


def _rows(rows: Rows) -> str:
    return "; ".join(map(_row, rows[:_SHOWN])) or "none"


def _row(row: tuple[object, ...]) -> str:
    return f"({', '.join(map(str, row))})"
