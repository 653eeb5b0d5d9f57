"""What the types of columns are made of, and values of each.

Values are texts as the server reads them, numbered so that different numbers give different ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

import psycopg

_DEPTH = 6
"""Types within types that are looked into: a composite type can't hold itself, an array can."""


@dataclass(frozen=True, slots=True)
class Type:
    """A type as far as its values go. ``kind`` is pg_type.typtype, or ``A`` for an array."""

    name: str
    kind: str
    inner: str
    """What a domain is based on, or an array, range or multirange is made of."""
    length: int
    """The characters that a domain's base type has room for; 0 for any number."""
    labels: tuple[str, ...]
    fields: tuple[str, ...]
    checks: tuple[str, ...]


Types = Mapping[str, Type]


def read(connection: psycopg.Connection[Any]) -> dict[str, Type]:
    """Every type that a column of this database has, and those in it, by the catalog's name."""
    query = (resources.files(__package__) / "types.sql").read_text("utf-8")
    with connection.transaction():
        connection.execute("SET LOCAL search_path = pg_catalog, pg_temp")
        rows = connection.execute(query.encode()).fetchall()
    return {_bare(raw["name"]): _type(raw) for (raw,) in rows}


def _type(raw: Mapping[str, Any]) -> Type:
    texts = {key: tuple(map(_bare, raw[key])) for key in ("fields", "checks")}
    names = {"name": _bare(raw["name"]), "inner": _bare(raw["inner"])}
    return Type(**{**raw, **names, **texts, "labels": tuple(raw["labels"])})


def _bare(text: str) -> str:
    return text.replace("public.", "")


def base(type_: str, types: Types) -> str:
    """The type without its modifiers, a domain's base type in its place."""
    name = stripped(type_)
    for _ in range(_DEPTH):
        if name not in types or types[name].kind != "d":
            break
        name = stripped(types[name].inner)
    return name


def checks(type_: str, types: Types) -> list[str]:
    """The conditions of a domain, and of the domains that it is based on."""
    found: list[str] = []
    name = stripped(type_)
    while name in types and types[name].kind == "d":
        found.extend(types[name].checks)
        name = stripped(types[name].inner)
    return found


def stripped(type_: str) -> str:
    """``character varying(20)`` as ``character varying``: what the catalog calls it by itself."""
    array = type_[type_.index("[]") :] if type_.endswith("[]") else ""
    name = type_.removesuffix(array)
    head, opening, rest = name.partition("(")
    tail = rest.partition(")")[2] if opening else ""
    return f"{head}{tail}{array}"


def value(type_: str, number: int, types: Types, depth: int = 0) -> str | None:
    """A text that is a value of the type, another one for another number; None where unknown."""
    name = base(type_, types)
    if name in _PLAIN:
        return _PLAIN[name](number)
    known = types.get(name)
    if known is None or depth > _DEPTH:
        return None
    if known.kind == "e":
        return known.labels[number % len(known.labels)] if known.labels else None
    return _made_of(known, number, types, depth + 1)


def _made_of(known: Type, number: int, types: Types, depth: int) -> str | None:
    """A value of a type that has others in it."""
    if known.kind == "c":
        parts = [value(field, number, types, depth) for field in known.fields]
        return "(" + ",".join(map(_quoted, parts)) + ")"
    if known.kind == "r":
        ends = [value(known.inner, place, types, depth) for place in (2 * number, 2 * number + 1)]
        return f"[{_quoted(ends[0])},{_quoted(ends[1])})"
    part = value(known.inner, number, types, depth)
    if part is None or known.kind not in ("m", "A"):
        return None
    return "{" + (part if known.kind == "m" else _quoted(part)) + "}"


def _quoted(part: str | None) -> str:
    """A part of an array, range or composite value."""
    if part is None:
        return ""
    return '"' + part.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _day(number: int) -> str:
    return f"{2025 + number // 336}-{1 + number // 28 % 12:02}-{1 + number % 28:02}"


_Numbered = Callable[[int], str]
_WHOLE: _Numbered = lambda n: str(n + 1)  # noqa: E731 - a line of a table
_MOMENT: _Numbered = lambda n: f"{_day(n)} 00:00:00"  # noqa: E731 - as above
_PLAIN: Mapping[str, _Numbered] = {
    **dict.fromkeys(("smallint", "integer", "bigint", "numeric", "oid", "money"), _WHOLE),
    **dict.fromkeys(("real", "double precision"), _WHOLE),
    **dict.fromkeys(("text", "character varying", "character", "name"), lambda n: f"x{n}"),
    '"char"': lambda n: chr(ord("a") + n % 26),
    "boolean": lambda n: "true" if n % 2 else "false",
    "date": _day,
    "timestamp without time zone": _MOMENT,
    "timestamp with time zone": lambda n: f"{_MOMENT(n)}+00",
    "time without time zone": lambda n: f"00:{n // 60 % 60:02}:{n % 60:02}",
    "time with time zone": lambda n: f"00:{n // 60 % 60:02}:{n % 60:02}+00",
    "interval": lambda n: f"{n + 1} days",
    "uuid": lambda n: f"00000000-0000-4000-8000-{n:012}",
    "bytea": lambda n: f"\\x{n:04x}",
    "json": lambda n: '{"n": ' + str(n) + "}",
    "jsonb": lambda n: '{"n": ' + str(n) + "}",
    "jsonpath": lambda n: f"$.x{n}",
    "xml": lambda n: f"<x>{n}</x>",
    "inet": lambda n: f"10.0.{n // 256}.{n % 256}",
    "cidr": lambda n: f"10.0.{n // 256}.{n % 256}/32",
    "macaddr": lambda n: f"02:00:00:00:{n // 256:02x}:{n % 256:02x}",
    "macaddr8": lambda n: f"02:00:00:00:00:00:{n // 256:02x}:{n % 256:02x}",
    "bit": lambda n: str(n % 2),
    "bit varying": lambda n: f"{n + 1:b}",
    "tsvector": lambda n: f"x{n}",
    "tsquery": lambda n: f"x{n}",
    "pg_lsn": lambda n: f"0/{n + 1:X}",
    "point": lambda n: f"({2 * n},{2 * n})",
    "line": lambda n: f"{{1,-1,{n}}}",
    "lseg": lambda n: f"[({2 * n},0),({2 * n + 1},1)]",
    "box": lambda n: f"({2 * n + 1},{2 * n + 1}),({2 * n},{2 * n})",
    "path": lambda n: f"[({2 * n},0),({2 * n + 1},1)]",
    "polygon": lambda n: f"(({2 * n},0),({2 * n + 1},0),({2 * n + 1},1))",
    "circle": lambda n: f"<({2 * n},0),0.5>",
}
