"""A value for a column of any type: scalars, arrays, ranges, enums, domains, composite types."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from random import Random
from typing import Any

from vrss_contract.data.generated import conditions
from vrss_contract.data.generated.limits import InfeasibleError, Limits, add
from vrss_contract.data.generated.scalars import DRAWERS
from vrss_contract.data.generated.types import Own, Spelt, Types, spelt

_ITEMS = 3
_NULLS = 0.2
_TRIES = 20
_RANGES = {
    "int4": "integer",
    "int8": "bigint",
    "num": "numeric",
    "ts": "timestamp",
    "tstz": "timestamptz",
    "date": "date",
}
_LENGTHS: Mapping[str, Any] = {
    "integer": 5,
    "number": Decimal(5),
    "date": dt.timedelta(days=3),
    "moment": dt.timedelta(hours=2),
}
"""How far apart the ends of a range are: little, so that few of them overlap."""


class UnknownTypeError(Exception):
    """No value of the type can be drawn."""


class Values:
    """Draws values of the types of one database."""

    def __init__(self, types: Types) -> None:
        self._types = types
        self._spelt: dict[str, Spelt] = {}
        self._asked: dict[str, conditions.Condition] = {}

    def known(self, type_: str) -> bool:
        """Whether values of the type can be drawn."""
        try:
            self.drawn(type_, Random(0), Limits())  # noqa: S311 - no secret
        except UnknownTypeError:
            return False
        except InfeasibleError:
            return True
        return True

    def required(self, type_: str) -> bool:
        """Whether the type itself has no NULL, as a domain may say."""
        name = self._taken_apart(type_)
        own = self._types.get(name.name) if not name.dimensions else None
        return (
            own is not None and own.kind == "domain" and (own.required or self.required(own.base))
        )

    def family(self, type_: str) -> str:
        """How constants that the type is compared with are read."""
        name = self._taken_apart(type_)
        if name.dimensions:
            return "other"
        own = self._types.get(name.name)
        if own and own.kind == "domain":
            return self.family(own.base)
        return DRAWERS[name.name][0] if name.name in DRAWERS else "other"

    def drawn(self, type_: str, random: Random, limits: Limits) -> Any:
        """A value within the limits: a number, truth, date, moment, or a text PostgreSQL reads.

        Raises:
            UnknownTypeError: nothing is known of the type.
            InfeasibleError: the limits leave nothing, or what they leave was not hit upon.
        """
        name = self._taken_apart(type_)
        if name.dimensions:
            return self._array(name, random, limits)
        own = self._types.get(name.name)
        if own is not None:
            return self._own(own, random, limits)
        return self._scalar(name, random, limits)

    def _taken_apart(self, type_: str) -> Spelt:
        if type_ not in self._spelt:
            self._spelt[type_] = spelt(type_)
        return self._spelt[type_]

    def _scalar(self, name: Spelt, random: Random, limits: Limits) -> Any:
        if among := limits.candidates():
            return random.choice(among)
        if name.name.endswith(("range", "multirange")):
            return self._range(name.name, random)
        if name.name not in DRAWERS:
            raise UnknownTypeError(name.name)
        draw = DRAWERS[name.name][1]
        for _ in range(_TRIES):
            value = draw(random, limits, name)
            if value not in limits.unlike:
                return value
        raise InfeasibleError

    def _own(self, own: Own, random: Random, limits: Limits) -> Any:
        if own.kind == "enum":
            limits.one_of(own.labels)
            return random.choice(limits.candidates() or own.labels)
        if own.kind == "domain":
            return self._domain(own, random, limits)
        if own.kind == "composite":
            return self._composite(own, random)
        return self._range_of(own.base, random)

    def _domain(self, own: Own, random: Random, limits: Limits) -> Any:
        family = self.family(own.base)
        for check in own.checks:
            if check not in self._asked:
                self._asked[check] = conditions.read(check, {"value": own.base})
            for asked in conditions.chosen(self._asked[check], random):
                add(limits, asked, family)
        return self.drawn(own.base, random, limits)

    def _array(self, name: Spelt, random: Random, limits: Limits) -> str:
        if among := limits.candidates():
            return str(random.choice(among))
        most = limits.fewest + _ITEMS if limits.most is None else limits.most
        size = random.randint(limits.fewest, max(limits.fewest, min(most, limits.fewest + _ITEMS)))
        items = [self._element(name, random) for _ in range(size)]
        between = ";" if name.name == "box" else ","
        return "{" + between.join(map(_quoted, items)) + "}"

    def _element(self, name: Spelt, random: Random) -> Any:
        own = self._types.get(name.name)
        if own is not None:
            return self._own(own, random, Limits())
        return self._scalar(name.element, random, Limits())

    def _composite(self, own: Own, random: Random) -> str:
        values = [
            None if random.random() < _NULLS else self.drawn(type_, random, Limits())
            for type_ in own.attributes
        ]
        return "(" + ",".join("" if v is None else _quoted(v) for v in values) + ")"

    def _range(self, name: str, random: Random) -> str:
        stem = name.removesuffix("multirange").removesuffix("range")
        if stem not in _RANGES:
            raise UnknownTypeError(name)
        one = self._range_of(_RANGES[stem], random)
        return f"{{{one}}}" if name.endswith("multirange") else one

    def _range_of(self, base: str, random: Random) -> str:
        family = self.family(base)
        if family not in _LENGTHS:
            low, high = sorted(written(self.drawn(base, random, Limits())) for _ in range(2))
            return f'["{low}","{high}"]'
        low = self.drawn(base, random, Limits(unique=True))
        high = low + _LENGTHS[family] * random.randint(1, 3)
        return f'["{written(low)}","{written(high)}")'


def written(value: Any) -> str:
    """The value as PostgreSQL reads it from a text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    return str(value)


def _quoted(value: Any) -> str:
    """The value inside of an array or a row."""
    if value is None:
        return "NULL"
    return '"' + written(value).replace("\\", "\\\\").replace('"', '\\"') + '"'
