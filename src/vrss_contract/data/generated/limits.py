"""What a value may be, gathered from all that is asked of its column."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from vrss_contract.data.generated.conditions import Asked


class InfeasibleError(Exception):
    """No value is within the limits."""


@dataclass(slots=True)
class Limits:
    """Bounds on one value. Constants are of the type's own Python type."""

    low: Any = None
    high: Any = None
    above: bool = False
    """Whether ``low`` itself is out."""
    below: bool = False
    """Whether ``high`` itself is out."""
    among: tuple[Any, ...] | None = None
    unlike: set[Any] = field(default_factory=set)
    shortest: int = 0
    longest: int | None = None
    fewest: int = 0
    most: int | None = None
    patterns: tuple[str, ...] = ()
    case: str = ""
    """``upper`` or ``lower``, where letters have to be."""
    json_type: str = ""
    null: bool | None = None
    """Whether it has to be NULL, or must not; None where both will do."""
    unique: bool = False
    """Whether no value comes twice, so that there had better be many."""

    def at_least(self, low: Any, *, but: bool = False) -> None:
        """Not less than ``low``; more than it where ``but``."""
        if self.low is None or low > self.low:
            self.low, self.above = low, but
        elif low == self.low:
            self.above |= but

    def at_most(self, high: Any, *, but: bool = False) -> None:
        """Not more than ``high``; less than it where ``but``."""
        if self.high is None or high < self.high:
            self.high, self.below = high, but
        elif high == self.high:
            self.below |= but

    def one_of(self, values: tuple[Any, ...]) -> None:
        """One of the values, and of those that it had to be of before."""
        kept = values if self.among is None else tuple(v for v in self.among if v in values)
        if not kept:
            raise InfeasibleError
        self.among = kept

    def takes(self, value: Any) -> bool:
        """Whether a value that is no NULL is within bounds, choices and exceptions."""
        if value in self.unlike or (self.among is not None and value not in self.among):
            return False
        if self.low is not None and (value < self.low or (self.above and value == self.low)):
            return False
        return self.high is None or value < self.high or (value == self.high and not self.below)

    def candidates(self) -> tuple[Any, ...] | None:
        """The choices that are left, where there are choices.

        Raises InfeasibleError where none is.
        """
        if self.among is None:
            return None
        left = tuple(value for value in self.among if self.takes(value))
        if not left:
            raise InfeasibleError
        return left


def add(limits: Limits, asked: Asked, family: str) -> None:
    """Narrow the limits by what is asked, as far as it can be told for a type of that family.

    Raises InfeasibleError where nothing is left.
    """
    if asked.operator == "null":
        null = asked.constant == "yes"
        if limits.null not in (None, null):
            raise InfeasibleError
        limits.null = null
    elif asked.operator == "~":
        limits.patterns += (asked.constant,)
    elif asked.measure in {"upper", "lower"}:
        limits.case = asked.measure
    elif asked.measure == "json type":
        limits.json_type = asked.constant if asked.operator == "=" else limits.json_type
    elif asked.measure == "items":
        limits.fewest, limits.most = _sized(asked, limits.fewest, limits.most)
    elif asked.measure in {"length", "trimmed"}:
        limits.shortest, limits.longest = _sized(asked, limits.shortest, limits.longest)
    else:
        against(limits, asked.operator, constant(family, asked.constant))


def against(limits: Limits, operator: str, value: Any) -> None:
    """Narrow the limits by a comparison with a value; None for one that is not understood."""
    if value is None:
        return
    if operator == "=":
        limits.one_of((value,))
    elif operator == "<>":
        limits.unlike.add(value)
    elif operator in {">", ">="}:
        limits.at_least(value, but=operator == ">")
    else:
        limits.at_most(value, but=operator == "<")


def pass_on(limits: Mapping[str, Limits], pairs: Sequence[Asked]) -> None:
    """What bounds one column bounds those that are less or more than it."""
    for pair in (*pairs, *reversed(pairs)):
        one, other = limits[pair.column], limits[pair.other]
        strict = pair.operator in {"<", ">"}
        if pair.operator in {"<", "<=", "="} and other.high is not None:
            one.at_most(other.high, but=strict or other.below)
        if pair.operator in {">", ">=", "="} and other.low is not None:
            one.at_least(other.low, but=strict or other.above)


def constant(family: str, text: str) -> Any:
    """The constant of an expression as a value of that family, or None where it can't be read."""
    try:
        return _READERS[family](text) if family in _READERS else text
    except (ValueError, InvalidOperation):
        return None


def _sized(asked: Asked, least: int, most: int | None) -> tuple[int, int | None]:
    """Bounds on a number of characters or items."""
    if asked.operator == "<>" and asked.constant in {"", "0"}:
        return max(least, 1), most
    if not asked.constant.isdigit():
        return least, most
    number = int(asked.constant)
    if asked.operator in {"=", ">=", ">"}:
        least = max(least, number + (asked.operator == ">"))
    if asked.operator in {"=", "<=", "<"}:
        bound = number - (asked.operator == "<")
        most = bound if most is None else min(most, bound)
    if most is not None and most < least:
        raise InfeasibleError
    return least, most


def _moment(text: str) -> dt.datetime:
    read = dt.datetime.fromisoformat(text)
    return read if read.tzinfo else read.replace(tzinfo=dt.UTC)


_READERS: Mapping[str, Callable[[str], Any]] = {
    "integer": int,
    "number": Decimal,
    "date": lambda text: dt.date.fromisoformat(text[:10]),
    "moment": _moment,
    "boolean": lambda text: text == "true",
}
"""How a constant is read, by the family of types that it is compared with."""
