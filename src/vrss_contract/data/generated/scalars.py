"""Values of PostgreSQL's scalar types, drawn at random within limits.

A value that nothing compares is the text that PostgreSQL reads.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from random import Random
from typing import Any
from uuid import UUID

from vrss_contract.data.generated import pattern
from vrss_contract.data.generated.limits import InfeasibleError, Limits
from vrss_contract.data.generated.types import Spelt

_BITS = {"smallint": 15, "integer": 31, "bigint": 63, "oid": 31}
_EPOCH = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
_DAYS = 730
_MANY_DAYS = 36_500
_USUAL, _WIDE = 1_000, 1_000_000
_DIGITS = 2
"""Decimals of a number whose type says no scale."""
_TRIES = 30
_WORDS = (
    *("amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "heron", "inlet", "juniper"),
    *("kelp", "larch", "maple", "north", "orchid", "pebble", "quartz", "river", "stone", "thistle"),
)
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def integer(random: Random, limits: Limits, spelt: Spelt) -> int:
    """A whole number, small where it may be."""
    bits = _BITS.get(spelt.name, 31)
    low = -(2**bits) if limits.low is None else int(limits.low) + limits.above
    high = 2**bits - 1 if limits.high is None else int(limits.high) - limits.below
    span = _WIDE if limits.unique else _USUAL
    start = low if limits.low is not None else min(1, high - span)
    return _between(random, max(low, start), min(high, max(low, start) + span))


def _between(random: Random, low: int, high: int) -> int:
    if low > high:
        raise InfeasibleError
    return random.randint(low, high)


def number(random: Random, limits: Limits, spelt: Spelt) -> Decimal:
    """A number with as many decimals as its type keeps."""
    precision, scale = (*spelt.sizes, 0)[:2] if spelt.sizes else (9, _DIGITS)
    step = Decimal(1).scaleb(-scale)
    most = Decimal(10) ** (precision - scale) - step
    low = -most if limits.low is None else max(Decimal(limits.low), -most)
    high = most if limits.high is None else min(Decimal(limits.high), most)
    first = int((low / step).to_integral_value(ROUND_CEILING))
    first += limits.above and first * step == low
    last = int((high / step).to_integral_value(ROUND_FLOOR))
    last -= limits.below and last * step == high
    span = (_WIDE if limits.unique else _USUAL) * 10**scale
    start = first if limits.low is not None else max(first, min(0, last - span))
    return _between(random, start, min(last, start + span)) * step


def boolean(random: Random, _: Limits, __: Spelt) -> bool:
    """One of the two."""
    return random.random() < 0.5  # noqa: PLR2004 - evenly


def date(random: Random, limits: Limits, _: Spelt) -> dt.date:
    """A day of 2024 or 2025, or soon after the first that may be."""
    days = _MANY_DAYS if limits.unique else _DAYS
    low = limits.low + dt.timedelta(limits.above) if limits.low is not None else None
    high = limits.high - dt.timedelta(limits.below) if limits.high is not None else None
    start = low if low is not None else min(_EPOCH.date(), high or _EPOCH.date())
    end = start + dt.timedelta(days) if high is None else min(high, start + dt.timedelta(days))
    return dt.date.fromordinal(_between(random, start.toordinal(), end.toordinal()))


def moment(random: Random, limits: Limits, _: Spelt) -> dt.datetime:
    """An instant of 2024 or 2025, or soon after the first that may be, to the second."""
    span = dt.timedelta(_DAYS)
    start = limits.low if limits.low is not None else min(_EPOCH, (limits.high or _EPOCH) - span)
    start = max(start, _EPOCH) if limits.high is None or limits.high > _EPOCH else start
    end = start + span if limits.high is None else min(limits.high, start + span)
    seconds = int((end - start).total_seconds()) - limits.below
    return start + dt.timedelta(seconds=_between(random, int(limits.above), seconds))


def text(random: Random, limits: Limits, spelt: Spelt) -> str:
    """Words, as long as they may be; what a pattern matches where there is one."""
    longest = min((n for n in (limits.longest, *spelt.sizes[:1]) if n is not None), default=None)
    made = (
        _matching(random, replace(limits, longest=longest))
        if limits.patterns
        else _plain(random, limits, longest)
    )
    return {"upper": made.upper(), "lower": made.lower()}.get(limits.case, made)


def _matching(random: Random, limits: Limits) -> str:
    """What the first pattern matches that is known here."""
    for one in limits.patterns:
        try:
            return pattern.drawn(one, random, shortest=limits.shortest, longest=limits.longest)
        except ValueError:
            continue
    return _plain(random, limits, limits.longest)


def _plain(random: Random, limits: Limits, longest: int | None) -> str:
    words = [random.choice(_WORDS) for _ in range(random.randint(1, 3))]
    made = " ".join(words)
    if limits.unique:
        made += f" {random.randrange(_WIDE)}"
    if len(made) < limits.shortest:
        made += "".join(random.choices(_LETTERS, k=limits.shortest - len(made)))
    if longest is not None and len(made) > longest:
        made = "".join(random.choices(_LETTERS, k=longest))
    return made


def fixed(random: Random, limits: Limits, spelt: Spelt) -> str:
    """A text that fills its type, so that no blank is added to it."""
    size = spelt.sizes[0] if spelt.sizes else 1
    return text(random, replace(limits, shortest=size, longest=size), Spelt("char"))


def time(random: Random, _: Limits, __: Spelt) -> str:
    """A time of day."""
    minutes = random.randrange(24 * 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:00"


def interval(random: Random, limits: Limits, _: Spelt) -> str:
    """Some hours, which are more than none."""
    return f"{random.randint(1, _WIDE if limits.unique else _USUAL)} hours"


def uuid(random: Random, _: Limits, __: Spelt) -> str:
    """A random one."""
    return str(UUID(int=random.getrandbits(128), version=4))


def binary(random: Random, limits: Limits, _: Spelt) -> str:
    """Some bytes."""
    longest = limits.longest if limits.longest is not None else limits.shortest + 16
    size = random.randint(limits.shortest, max(limits.shortest, min(longest, limits.shortest + 16)))
    return "\\x" + random.randbytes(size).hex()


def bits(random: Random, _: Limits, spelt: Spelt) -> str:
    """As many bits as the type has."""
    size = spelt.sizes[0] if spelt.sizes else 1
    return "".join(random.choice("01") for _ in range(size))


def address(random: Random, _: Limits, spelt: Spelt) -> str:
    """An address of a private network, or for cidr a network of 256 of them."""
    host = ipaddress.IPv4Address("10.0.0.0") + random.randrange(2**24)
    return (
        str(ipaddress.ip_network(f"{host}/24", strict=False)) if spelt.name == "cidr" else str(host)
    )


def hardware(random: Random, _: Limits, spelt: Spelt) -> str:
    """A MAC address."""
    return ":".join(f"{random.randrange(256):02x}" for _ in range(8 if "8" in spelt.name else 6))


def json(random: Random, limits: Limits, _: Spelt) -> str:
    """A small document, of the kind that is asked for."""
    members = f'"{random.choice(_WORDS)}": {random.randint(0, _USUAL)}'
    kinds = {
        "object": f"{{{members}}}",
        "array": f"[{random.randint(0, _USUAL)}]",
        "string": f'"{random.choice(_WORDS)}"',
        "number": str(random.randint(0, _USUAL)),
        "boolean": "true",
        "null": "null",
    }
    return kinds.get(limits.json_type, kinds["object"])


def geometry(random: Random, _: Limits, spelt: Spelt) -> str:
    """A small figure on a large plane, so that few overlap."""
    x, y = random.randrange(_WIDE), random.randrange(_WIDE)
    return {
        "point": f"({x},{y})",
        "line": f"{{1,{x},{y}}}",
        "lseg": f"[({x},{y}),({x + 1},{y + 1})]",
        "box": f"({x + 1},{y + 1}),({x},{y})",
        "path": f"[({x},{y}),({x + 1},{y + 1})]",
        "polygon": f"(({x},{y}),({x + 1},{y}),({x},{y + 1}))",
        "circle": f"<({x},{y}),1>",
    }[spelt.name]


def lexemes(random: Random, _: Limits, __: Spelt) -> str:
    """A word for full-text search."""
    return random.choice(_WORDS)


def label(random: Random, _: Limits, __: Spelt) -> str:
    """A path of labels, as the extension ltree has them."""
    return ".".join(random.choices(_WORDS, k=2))


def pairs(random: Random, _: Limits, __: Spelt) -> str:
    """A key with a value, as the extension hstore has them."""
    return f"{random.choice(_WORDS)}=>{random.choice(_WORDS)}"


def position(random: Random, _: Limits, __: Spelt) -> str:
    """A place in the write-ahead log."""
    return f"0/{random.randrange(16**7):X}"


def markup(random: Random, _: Limits, __: Spelt) -> str:
    """An XML document."""
    return f"<{random.choice(_WORDS)}/>"


Drawer = Callable[[Random, Limits, Spelt], Any]
DRAWERS: Mapping[str, tuple[str, Drawer]] = {
    **dict.fromkeys(("smallint", "integer", "bigint", "oid"), ("integer", integer)),
    **dict.fromkeys(("numeric", "real", "double precision", "money"), ("number", number)),
    "boolean": ("boolean", boolean),
    "date": ("date", date),
    **dict.fromkeys(("timestamp", "timestamptz"), ("moment", moment)),
    **dict.fromkeys(("text", "varchar", "citext", "name"), ("text", text)),
    **dict.fromkeys(("char", "bpchar"), ("text", fixed)),
    **dict.fromkeys(("time", "timetz"), ("other", time)),
    "interval": ("other", interval),
    "uuid": ("other", uuid),
    "bytea": ("other", binary),
    **dict.fromkeys(("bit", "varbit"), ("other", bits)),
    **dict.fromkeys(("inet", "cidr"), ("other", address)),
    **dict.fromkeys(("macaddr", "macaddr8"), ("other", hardware)),
    **dict.fromkeys(("json", "jsonb"), ("json", json)),
    **dict.fromkeys(
        ("point", "line", "lseg", "box", "path", "polygon", "circle"), ("other", geometry)
    ),
    **dict.fromkeys(("tsvector", "tsquery"), ("other", lexemes)),
    "ltree": ("other", label),
    "hstore": ("other", pairs),
    "pg_lsn": ("other", position),
    "xml": ("other", markup),
}
"""By type: the family that its constants are read as, and what draws a value."""
