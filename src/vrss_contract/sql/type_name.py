"""Names of types: every spelling that the server takes for one type, as one.

``formatted`` spells a type as the server prints it (``format_type``), ``short`` as people write it.
A modifier that changes no value goes without saying: ``timestamptz(6)`` is ``timestamptz``, since
no moment has more than six digits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from vrss_contract.sql.literal import identifier

_TOKEN = re.compile(r'"(?:[^"]|"")*"|[^\W\d][\w$]*|[+-]?\d+|[()\[\],.]|\S')
_DIGITS = 6
"""The digits of a second's fraction that a moment or an interval has."""
_SINGLE = 24
"""The bits of a ``float`` that a ``real`` has room for."""
_CALLED: Mapping[str, str] = {
    "int2": "smallint",
    "int4": "integer",
    "int8": "bigint",
    "float4": "real",
    "float8": "double precision",
    "bool": "boolean",
    "varchar": "character varying",
    "varbit": "bit varying",
    "timestamp": "timestamp without time zone",
    "timestamptz": "timestamp with time zone",
    "time": "time without time zone",
    "timetz": "time with time zone",
    **{name: name for name in ("interval", "json", "numeric")},
}
"""The catalog's names of types that have other ones in SQL, or are words of SQL themselves."""
_SERIALS: Mapping[str, str] = {
    "smallserial": "smallint",
    "serial2": "smallint",
    "serial": "integer",
    "serial4": "integer",
    "bigserial": "bigint",
    "serial8": "bigint",
}
_WORDS: Mapping[str, str] = {
    **_SERIALS,
    "int": "integer",
    "integer": "integer",
    "smallint": "smallint",
    "bigint": "bigint",
    "real": "real",
    "double precision": "double precision",
    "boolean": "boolean",
    "dec": "numeric",
    "decimal": "numeric",
    "numeric": "numeric",
    "float": "float",
    "bit": "bit",
    "bit varying": "bit varying",
    **dict.fromkeys(
        (
            *("varchar", "char varying", "character varying", "nchar varying"),
            *("national char varying", "national character varying"),
        ),
        "character varying",
    ),
    **dict.fromkeys(
        ("char", "character", "nchar", "national char", "national character"), "character"
    ),
    **dict.fromkeys(("timestamp", "timestamp without time zone"), "timestamp without time zone"),
    "timestamp with time zone": "timestamp with time zone",
    **dict.fromkeys(("time", "time without time zone"), "time without time zone"),
    "time with time zone": "time with time zone",
}
"""Types that are words of SQL: in small letters, never in double quotes."""
_ALONE = frozenset({"bit", "character"})
"""Types that have one place where none is said."""
_ANY_LENGTH: Mapping[str, str] = {"bit": '"bit"', "character": "bpchar"}
"""What the catalog calls those, where they have any number of places."""
_TIMES = frozenset(one for one in _WORDS.values() if one.startswith("time"))
_INTERVAL = re.compile(r"interval( (?:year|month|day|hour|minute|second)(?: to \w+)?)?")
_WHOLE_INTERVALS = frozenset({" second", " hour to second", " day to second"})
"""Fields that leave an interval as it is: what they end with is the smallest there is."""
_SHORT: Mapping[str, str] = {
    "character varying": "varchar",
    "character": "char",
    "timestamp with time zone": "timestamptz",
    "timestamp without time zone": "timestamp",
    "time with time zone": "timetz",
    "time without time zone": "time",
}


@dataclass(frozen=True, slots=True)
class _Name:
    base: str
    """Its words as the server prints them, modifiers left out."""
    modifiers: tuple[str, ...] = ()
    array: bool = False


@lru_cache(maxsize=4096)
def formatted(type_: str, home: str = "") -> str:
    """A type as the server prints it; a text that is no type's name stays as it is.

    Args:
        type_: the type, however it is spelt.
        home: the schema whose types go without it.
    """
    name = _parsed(type_, home)
    return _spelt(name, name.base) if name else type_.strip()


@lru_cache(maxsize=4096)
def short(type_: str) -> str:
    """A type as people write it: ``timestamptz``, ``varchar(20)``, ``bigserial``."""
    bare = type_.strip().lower()
    if bare in _SERIALS:
        wide = {"smallint": "smallserial", "integer": "serial", "bigint": "bigserial"}
        return wide[_SERIALS[bare]]
    name = _parsed(type_)
    return _spelt(name, _SHORT.get(name.base, name.base)) if name else type_.strip()


def unsized(type_: str) -> str:
    """A type that takes values of any length, as functions have it; casts to it change no value."""
    name = _parsed(type_)
    if name is None:
        return type_.strip()
    return _spelt(replace(name, modifiers=()), _ANY_LENGTH.get(name.base, name.base))


def known(text: str) -> bool:
    """Whether the text can be a type's name."""
    return _parsed(text) is not None


def _spelt(name: _Name, base: str) -> str:
    size = f"({','.join(name.modifiers)})" if name.modifiers else ""
    first, _, rest = base.partition(" ")
    inside = size and rest.endswith("time zone")
    sized = f"{first}{size} {rest}" if inside else f"{base}{size}"
    return sized + ("[]" if name.array else "")


@lru_cache(maxsize=4096)
def _parsed(type_: str, home: str = "") -> _Name | None:
    tokens = _TOKEN.findall(type_)
    tokens, array = _without_brackets(tokens)
    words, modifiers = _without_size(tokens)
    if not words or any(not _is_name(word) for word in words if word != "."):
        return None
    name = _of_sql(" ".join(word.lower() for word in words), modifiers)
    if name is None and len(words) % 2 and set(words[1::2]) <= {"."} and "." not in words[::2]:
        name = _of_catalog(words, home)
    return _plain(name, modifiers, array) if name else None


def _without_brackets(tokens: Sequence[str]) -> tuple[list[str], bool]:
    """``[]``, ``[3]``, ``[][]``, ``ARRAY`` and ``ARRAY[4]`` are one: an array has any bounds."""
    kept = list(tokens)
    array = False
    while kept and kept[-1] == "]" and "[" in kept[-3:]:
        del kept[len(kept) - 1 - kept[::-1].index("[") :]
        array = True
    if len(kept) > 1 and kept[-1].lower() == "array":
        del kept[-1]
        array = True
    return kept, array


def _without_size(tokens: Sequence[str]) -> tuple[list[str], tuple[str, ...]]:
    """The words, and what stands in parentheses between or after them."""
    if "(" not in tokens or ")" not in tokens:
        return list(tokens), ()
    start, end = tokens.index("("), tokens.index(")")
    parts = "".join(tokens[start + 1 : end]).split(",")
    return [*tokens[:start], *tokens[end + 1 :]], tuple(parts)


def _is_name(token: str) -> bool:
    return token.startswith('"') or token[0].isalpha() or token[0] == "_"


def _of_sql(said: str, modifiers: Sequence[str]) -> _Name | None:
    """A type by words that SQL keeps for it, with the size that goes without saying."""
    if match := _INTERVAL.fullmatch(said):
        fields = "" if match[1] in _WHOLE_INTERVALS else match[1] or ""
        return _Name(f"interval{fields}")
    base = _WORDS.get(said)
    if base == "float":
        single = bool(modifiers) and int(modifiers[0]) <= _SINGLE
        return _Name("real" if single else "double precision")
    if base in _ALONE and not modifiers:
        return _Name(base, ("1",))
    return _Name(base) if base else None


def _of_catalog(words: Sequence[str], home: str) -> _Name:
    """A type by its name in the catalog, which may have its schema before it."""
    names = [_unquoted(word) for word in words if word != "."]
    if names[0] == home and len(names) > 1:
        return _Name(identifier(names[1]))
    if names[0] == "pg_catalog" and len(names) > 1:
        del names[0]
    name = names[-1]
    if len(names) > 1:
        return _Name(".".join(map(identifier, names)))
    if name.startswith("_") and name[1:] in _CALLED:
        return _Name(_CALLED[name[1:]], array=True)
    return _Name(_CALLED.get(name) or identifier(name))


def _unquoted(word: str) -> str:
    return word[1:-1].replace('""', '"') if word.startswith('"') else word.lower()


def _plain(name: _Name, modifiers: tuple[str, ...], array: bool) -> _Name:  # noqa: FBT001
    """The name with the modifiers that change something."""
    said = name.modifiers or modifiers
    fixed = {any_: one for one, any_ in _ANY_LENGTH.items()} if said else {}
    base = fixed.get(name.base, name.base)
    telling = _TELLING.get(base.partition(" ")[0], _as_said)
    return _Name(base, telling(base, said), array or name.array)


def _as_said(_: str, modifiers: tuple[str, ...]) -> tuple[str, ...]:
    return modifiers


def _of_moment(_: str, modifiers: tuple[str, ...]) -> tuple[str, ...]:
    """The digits of a second's fraction, where they are fewer than all."""
    digits = [one for one in modifiers if one.isdigit()]
    return () if not digits or int(digits[0]) >= _DIGITS else tuple(digits)


def _of_number(_: str, modifiers: tuple[str, ...]) -> tuple[str, ...]:
    """``numeric(5)`` has no place after the point."""
    return (*modifiers, "0") if len(modifiers) == 1 else modifiers


def _of_float(_: str, __: tuple[str, ...]) -> tuple[str, ...]:
    return ()


_TELLING: Mapping[str, Callable[[str, tuple[str, ...]], tuple[str, ...]]] = {
    "timestamp": _of_moment,
    "time": _of_moment,
    "interval": _of_moment,
    "numeric": _of_number,
    "real": _of_float,
    "double": _of_float,
}
