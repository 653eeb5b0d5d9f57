"""Values of the contract as SQL literals.

A Python value is written so that PostgreSQL reads it as the column's own type. Literals stay
untyped wherever they can, so that the column decides.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from vrss_contract.sql.keywords import KEYWORDS

_PLAIN = re.compile(r"[a-z_][a-z0-9_]*")
_PART = re.compile(r'"(?:[^"]|"")+"|[^".]+')
_SPLITS = re.compile(r'[."]')
_KEPT = 4096
"""Spellings that are remembered: rows are written by the thousand, of few names and characters."""


@lru_cache(_KEPT)
def identifier(name: str) -> str:
    """The name quoted where it has to be: unless it is plain, in lower case and no keyword."""
    return name if _PLAIN.fullmatch(name) and name not in KEYWORDS else _quoted(name)


@lru_cache(_KEPT)
def relation(name: str) -> str:
    """A name that may have its schema before it, ``care.notes``, as SQL."""
    return ".".join(map(identifier, parts(name)))


def parts(name: str) -> tuple[str, ...]:
    """What stands between the dots of a contract's name, such as schema and table.

    A part that itself has a dot or a double quote in it stands in double quotes.
    """
    return tuple(_unquoted(part) for part in _PART.findall(name))


def named(*names: str) -> str:
    """Names put together as ``parts`` takes them apart; empty ones are left out."""
    return ".".join(_quoted(name) if _SPLITS.search(name) else name for name in names if name)


def qualified(name: str, home: str) -> str:
    """A name as SQL that says the schema: ``home`` where the contract's name does not."""
    return ".".join(map(identifier, (home, *parts(name))[-2:]))


def beside(table: str, name: str) -> str:
    """A name in the schema of a contract's table as SQL, such as that of one of its indexes."""
    return ".".join(map(identifier, (*parts(table)[:-1], name)))


def text(value: str) -> str:
    """A text as a string constant; control characters become escapes, so that lines stay lines."""
    if value.isprintable() and "\\" not in value:
        return "'" + value.replace("'", "''") + "'"
    return "E'" + "".join(map(_escaped, value)) + "'"


def literal(value: Any, type_: str = "text") -> str:
    """Any value of a contract row as SQL, for a column of that type.

    Raises:
        TypeError: for a value that no YAML of the contract can hold.
    """
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, str):
        return text(value)
    if isinstance(value, list | tuple) and type_.endswith("[]"):
        return text(_array(value))
    if isinstance(value, list | tuple | Mapping):
        return text(json.dumps(value, ensure_ascii=False))
    raise TypeError(type(value).__name__)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _unquoted(part: str) -> str:
    return part[1:-1].replace('""', '"') if part.startswith('"') else part


def _array(items: list[Any] | tuple[Any, ...]) -> str:
    inner = ("NULL" if item is None else _element(item) for item in items)
    return "{" + ",".join(inner) + "}"


def _element(item: Any) -> str:
    if isinstance(item, list | tuple):
        return _array(item)
    return str(item) if isinstance(item, int) else json.dumps(str(item), ensure_ascii=False)


@lru_cache(_KEPT)
def _escaped(character: str) -> str:
    if character in "'\\":
        return "\\" + character
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"  # noqa: PLR2004 - the BMP's end
