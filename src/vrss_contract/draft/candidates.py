"""Values that a column may be tried with, those that its checks speak of first.

A candidate is what the column's entry gets: ``example`` or ``examples``, and ``filled`` where a row
could do without. Found in the conditions' own constants, by patterns, and by the type.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from vrss_contract.database.catalog.facts import CatalogColumn
from vrss_contract.draft import patterns, types
from vrss_contract.draft.types import Types

Candidate = dict[str, Any]
NUMBERS = (1, 2, 3, 101, 102, 103, 501, 502)
"""Numbers that rows have where the contract's clauses try them."""
SPREAD = 12
"""Values in a list of examples."""
_CONSTANT = re.compile(r"'((?:[^']|'')*)'")
_NUMBER = re.compile(r"(?<![\w.'])-?\d+(?:\.\d+)?(?![\w.'])|(?<=')-?\d+(?:\.\d+)?(?=')")
_PATTERN = re.compile(r" ~\*? '((?:[^']|'')*)'")
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_SIZE = re.compile(r"\((\d+)\)$")
_TEXTS = frozenset({"text", "character varying", "character", "name"})
_WHOLE = frozenset({"smallint", "integer", "bigint"})
_NUMERIC = frozenset({"numeric", "real", "double precision", "money"})
_PADDED = 40
"""Characters that a text of a pattern is made long to."""
_LONGEST = 2000
"""Characters of the longest text that is made only to be long."""


def of(column: CatalogColumn, conditions: Sequence[str], types_: Types) -> list[Candidate]:
    """What the column may be tried with, best first; without a key's need for different values.

    Args:
        column: of the catalog.
        conditions: the checks that speak of it, as the server prints them.
        types_: what types are made of.
    """
    told = [*conditions, *types.checks(column.type, types_)]
    name, size = types.base(column.type, types_), room(column.type, types_)
    found = [*_mined(name, told, size), *_one(column.type, types_, size)]
    unlike = different(column, conditions, types_)
    return [{"example": value} for value in dict.fromkeys(found)] + ([unlike] if unlike else [])


def different(column: CatalogColumn, conditions: Sequence[str], types_: Types) -> Candidate | None:
    """A list of examples of which no two are the same, for a column of a key; None if unknown."""
    name, size = types.base(column.type, types_), room(column.type, types_)
    told = [*conditions, *types.checks(column.type, types_)]
    if name in _WHOLE:
        start = next(iter(_numbers(told)), 0)
        return {"examples": [start + step for step in range(1, SPREAD + 1)]}
    if name in _TEXTS and 0 < size < len("x502"):
        return {"examples": [_short(number, size) for number in range(SPREAD)]}
    if (name == "date" or name.startswith("timestamp")) and (days := _told_days(told)):
        return {"examples": [str(days[0] + timedelta(step)) for step in range(1, SPREAD + 1)]}
    listed = [types.value(column.type, number, types_) for number in range(1, SPREAD + 1)]
    if len(set(listed)) < SPREAD or None in listed:
        return None
    return {"examples": listed}


def room(type_: str, types_: Types) -> int:
    """The characters that a text of the type has room for; 0 for any number."""
    name = types.stripped(type_)
    while name in types_ and types_[name].kind == "d":
        if types_[name].length:
            return types_[name].length
        name = types_[name].inner
    found = _SIZE.search(type_)
    return int(found[1]) if found and name in _TEXTS else int(name in ("character", '"char"'))


def _mined(name: str, conditions: Sequence[str], size: int) -> Iterator[Any]:
    if name in _TEXTS:
        yield from (text for text in _texts(conditions) if _has_room(text, size))
    elif name in _WHOLE:
        for number in _numbers(conditions):
            yield from (number, number + 1, number - 1)
        yield from (1, 0, 10, 100, 1000, -1)
    elif name in _NUMERIC:
        for number in _numbers(conditions):
            yield from (str(number), str(number + 1), str(number - 1))
        yield from ("1", "0", "0.5", "10", "100", "-1")
    elif name == "boolean":
        yield from (True, False)
    elif name == "date" or name.startswith("timestamp"):
        yield from _days(conditions)
    else:
        yield from _constants(conditions)


def _texts(conditions: Sequence[str]) -> Iterator[str]:
    wanted = {size for size in _numbers(conditions) if 0 < size <= _LONGEST}
    written = [one.replace("''", "'") for told in conditions for one in _PATTERN.findall(told)]
    for least in (0, *sorted(size for size in wanted if size <= _PADDED)):
        for pattern in written:
            if text := patterns.matching(pattern, NUMBERS, least):
                yield text
    yield "x{n}"
    for text in _constants(conditions):
        yield from (text, f"{text}{{n}}", f"{{n}}{text}", text.replace("%", "x").replace("_", "x"))
    for size in sorted(wanted):
        yield from ("x" * max(0, size - 3) + "{n}", "x" * size, "x" * (size + 1), "x" * (size - 1))
    yield from ("X{n}", "{n}", "1", "a", "A", "")


def _one(type_: str, types_: Types, size: int) -> Iterator[Any]:
    name = types.base(type_, types_)
    values = (types.value(type_, number, types_) for number in (1, 2))
    if name in _WHOLE or name == "boolean":
        return
    if size and name in _TEXTS:
        yield _short(1, size)
    yield from (value for value in values if value is not None and _has_room(value, size))


def _has_room(text: str, size: int) -> bool:
    return not size or len(text.replace("{n}", str(max(NUMBERS)))) <= size


def _short(number: int, size: int) -> str:
    """A text of exactly that many characters, or as many as tell numbers apart."""
    letter = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[number % 26]
    return letter * min(size, 5)


def _constants(conditions: Iterable[str]) -> Iterator[str]:
    for told in conditions:
        yield from (text.replace("''", "'") for text in _CONSTANT.findall(told))


def _numbers(conditions: Iterable[str]) -> list[int]:
    found = (float(number) for told in conditions for number in _NUMBER.findall(told))
    return list(dict.fromkeys(int(number) for number in found if abs(number) < 2**62))


def _told_days(conditions: Iterable[str]) -> list[date]:
    found = (_DATE.match(text) for text in _constants(conditions))
    parts = (tuple(map(int, one.groups())) for one in found if one)
    return [date(year, month, day) for year, month, day in parts if 1 < year < 9999]  # noqa: PLR2004 - what Python counts


def _days(conditions: Iterable[str]) -> Iterator[str]:
    for near in _told_days(conditions):
        yield from (str(near), str(near + timedelta(1)), str(near - timedelta(1)))
    yield from ("2025-01-01", "2025-01-02", "2024-06-01", "2000-01-01", "2100-01-01")
