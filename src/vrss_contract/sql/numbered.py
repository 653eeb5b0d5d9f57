"""Values of PostgreSQL's types that differ from one number to the next."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

_TYPE = re.compile(
    r"(?P<base>[^(]+?)\s*(?:\((?P<size>[\d\s,-]+)\))?(?P<zone> with(?:out)? time zone)?"
)
_SPELT = {
    "int2": "smallint",
    "int4": "integer",
    "int": "integer",
    "int8": "bigint",
    "bool": "boolean",
    "character varying": "varchar",
    "character": "char",
    "bpchar": "char",
    "float4": "real",
    "float8": "double precision",
    "decimal": "numeric",
    "timestamp with time zone": "timestamptz",
    "timestamp without time zone": "timestamp",
    "time with time zone": "timetz",
    "time without time zone": "time",
    "bit varying": "varbit",
}
_DAY, _NOON = dt.date(2025, 1, 1), dt.datetime(2025, 1, 1)  # noqa: DTZ001 - no zone
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_DAYS, _MINUTES = 365, 1440
_SMALLEST_RANGE = 32_000
"""Greater numbers than this are no smallint."""


def numbered(type_: str, number: int) -> Any:
    """The value of that number, as the contract's rows hold values; texts for what is no number.

    Negative numbers come before positive ones where the type has an order. A type that is not
    built in is taken for one that reads any word, as citext is.
    """
    if type_.endswith("[]"):
        return [numbered(type_.removesuffix("[]"), number)]
    base, size = _taken_apart(type_)
    if base in ("text", "varchar", "char", "name"):
        return _word(number, size)
    if base in ("numeric", "bit", "varbit"):
        return _SIZED[base](number, type_, size)
    make = _VALUES.get(base)
    return make(number) if make else _word(number, None)


def known(type_: str) -> bool:
    """Whether values of that type are written here by what it is, and not by a guess."""
    base, _ = _taken_apart(type_.removesuffix("[]"))
    return base in _VALUES or base in _SIZED or base in ("text", "varchar", "char", "name")


@cache
def _taken_apart(type_: str) -> tuple[str, int | None]:
    match = _TYPE.fullmatch(type_.strip().lower())
    if match is None:
        return type_, None
    base = match["base"] + (match["zone"] or "")
    base = _SPELT.get(base, base)
    size = int(match["size"].split(",")[0]) if match["size"] else None
    return base, 1 if size is None and base in ("char", "bit") else size


def _word(number: int, longest: int | None) -> str:
    """``x5``, or before all of those ``w5``; where that does not fit, digits of a larger base."""
    word = f"x{number}" if number >= 0 else f"w{-number}"
    if longest is None or len(word) <= longest:
        return word
    rest, digits = number % len(_DIGITS) ** longest, ""
    for _ in range(longest):
        rest, digit = divmod(rest, len(_DIGITS))
        digits = _DIGITS[digit] + digits
    return digits


def _numeric(number: int, type_: str, size: int | None) -> int:
    if size is None:
        return number
    scale = int(type_.partition(",")[2].strip(" )") or 0)
    return int(number % 10 ** max(size - scale, 1))


def _bits(number: int, _: str, size: int | None) -> str:
    width = size or 16
    return format(number % 2**width, f"0{width}b")


def _date(number: int) -> str:
    days = number % _DAYS if number >= 0 else -(-number % _DAYS)
    return (_DAY + dt.timedelta(days=days)).isoformat()


def _moment(number: int) -> str:
    return str(_NOON + dt.timedelta(minutes=number))


def _clock(number: int) -> str:
    hour, minute = divmod(number % _MINUTES, 60)
    return f"{hour:02}:{minute:02}:00"


def _uuid(number: int) -> str:
    return f"{'1' if number >= 0 else '0'}0000000-0000-0000-0000-{abs(number):012}"


def _address(number: int) -> str:
    rest, last = divmod(number % 2**16, 256)
    return f"10.0.{rest}.{last}"


def _span(make: Callable[[int], Any]) -> Callable[[int], str]:
    return lambda number: f"[{make(number)},{make(number + 1)})"


def _spans(make: Callable[[int], Any]) -> Callable[[int], str]:
    return lambda number: f"{{{_span(make)(number)}}}"


_SIZED: Mapping[str, Callable[[int, str, int | None], Any]] = {
    "numeric": _numeric,
    "bit": _bits,
    "varbit": _bits,
}
_RANGED: Mapping[str, Callable[[int], Any]] = {
    "int4": int,
    "int8": int,
    "num": int,
    "date": _date,
    "ts": _moment,
    "tstz": lambda number: f"{_moment(number)}+00",
}
_VALUES: Mapping[str, Callable[[int], Any]] = {
    "smallint": lambda number: min(number, _SMALLEST_RANGE),
    "integer": int,
    "bigint": int,
    "oid": abs,
    "real": int,
    "double precision": int,
    "money": int,
    "boolean": lambda number: number % 2 == 0,
    "date": _date,
    "timestamp": _moment,
    "timestamptz": lambda number: f"{_moment(number)}+00",
    "time": _clock,
    "timetz": lambda number: f"{_clock(number)}+00",
    "interval": lambda number: f"{number} minutes",
    "uuid": _uuid,
    "bytea": lambda number: f"\\x{number % 2**32:08x}",
    "inet": _address,
    "cidr": lambda number: f"{_address(number)}/32",
    "macaddr": lambda number: f"08:00:2b:01:{number % 2**16 // 256:02x}:{number % 256:02x}",
    "macaddr8": lambda number: f"08:00:2b:01:02:03:{number % 2**16 // 256:02x}:{number % 256:02x}",
    "json": lambda number: {"n": number},
    "jsonb": lambda number: {"n": number},
    "xml": lambda number: f"<n>{number}</n>",
    "point": lambda number: f"({number},{number})",
    "box": lambda number: f"({number}.5,{number}.5),({number},{number})",
    "circle": lambda number: f"<({number},{number}),0.25>",
    "line": lambda number: f"{{1,1,{number}}}",
    "lseg": lambda number: f"[({number},0),({number},1)]",
    "path": lambda number: f"[({number},0),({number},1)]",
    "polygon": lambda number: f"(({number},0),({number},1),({number}.5,0))",
    "tsvector": lambda number: f"x{abs(number)}",
    "tsquery": lambda number: f"x{abs(number)}",
    "pg_lsn": lambda number: f"0/{abs(number):X}",
    **{f"{name}range": _span(make) for name, make in _RANGED.items()},
    **{f"{name}multirange": _spans(make) for name, make in _RANGED.items()},
}
