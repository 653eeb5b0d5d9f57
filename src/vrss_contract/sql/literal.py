"""Values of the contract as SQL literals.

Knows how a Python value is written so that PostgreSQL reads it as the column's own type; does not
know any table. Literals stay untyped wherever they can, so that the column decides.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def identifier(name: str) -> str:
    """The name quoted where it has to be."""
    plain = name.isascii() and name.replace("_", "a").isalnum() and name[0].isalpha()
    return name if plain and name.islower() else '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    """A text as a string constant; control characters become escapes, so that lines stay lines."""
    if value.isprintable() and "\\" not in value:
        return "'" + value.replace("'", "''") + "'"
    return "E'" + "".join(_escaped(character) for character in value) + "'"


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


def _array(items: list[Any] | tuple[Any, ...]) -> str:
    inner = ("NULL" if item is None else _element(item) for item in items)
    return "{" + ",".join(inner) + "}"


def _element(item: Any) -> str:
    if isinstance(item, list | tuple):
        return _array(item)
    return str(item) if isinstance(item, int) else json.dumps(str(item), ensure_ascii=False)


def _escaped(character: str) -> str:
    if character in "'\\":
        return "\\" + character
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"  # noqa: PLR2004 - the BMP's end
