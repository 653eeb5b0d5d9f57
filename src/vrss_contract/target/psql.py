"""The lines of a script that are for psql: what it includes, sets and prints.

Source: the manual's page on psql, "Meta-Commands" and "Variables".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from vrss_contract.sql.split import tokens

GUARDS = frozenset({"restrict", "unrestrict"})
"""pg_dump writes this pair around its output since the minor releases of August 2025."""
INCLUDES = {"i": False, "include": False, "ir": True, "include_relative": True}
"""Whether the path begins at the folder of the script, and not at the reader's."""
PRINTS = frozenset(
    {
        *(
            "echo",
            "qecho",
            "warn",
            "pset",
            "timing",
            "encoding",
            "errverbose",
            "conninfo",
            "prompt",
        ),
        *("a", "t", "x", "H", "f", "C", "T", "o", "out", "p", "print", "unset"),
    }
)
"""Commands that change what is printed, and nothing that is said to the server."""
CONNECTS = frozenset({"c", "connect"})
_COMMAND = re.compile(r"\\(?P<name>[A-Za-z_?!]+)(?P<rest>.*)$", re.DOTALL)
_WORD = re.compile(r"""'(?:[^'\\]|''|\\.)*'|"(?:[^"]|"")*"|\S+""")
_ESCAPES = {"n": "\n", "t": "\t", "b": "\b", "r": "\r", "f": "\f"}
_QUOTES = ("'", '"')


def command(line: str) -> tuple[str, tuple[str, ...]]:
    """The name of the command on a line, and its words without their quotes."""
    found = _COMMAND.match(line.strip())
    if not found:
        return "", ()
    return found["name"], tuple(map(_unquoted, _WORD.findall(found["rest"])))


def _unquoted(word: str) -> str:
    if word[0] not in _QUOTES or len(word) == 1:
        return word
    inner = word[1:-1].replace(word[0] * 2, word[0])
    if word[0] == '"':
        return inner
    return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[1]), inner)


def with_values(statement: str, values: Mapping[str, str]) -> str:
    """The statement with ``:name``, ``:'name'`` and ``:"name"`` replaced, where these are set."""
    if not values or ":" not in statement:
        return statement
    parts = [token.text for token in tokens(statement)]
    return "".join(_replaced(parts, values))


def _replaced(parts: Sequence[str], values: Mapping[str, str]) -> list[str]:
    made: list[str] = []
    place = 0
    while place < len(parts):
        following = parts[place + 1] if place + 1 < len(parts) else ""
        if parts[place] == ":" and following:
            # A cast has two colons, and no value.
            value = None if following == ":" else _value(following, values)
            made += [":", following] if value is None else [value]
            place += 2
        else:
            made.append(parts[place])
            place += 1
    return made


def _value(word: str, values: Mapping[str, str]) -> str | None:
    """What stands for the word behind a colon; None where nothing does."""
    quote = word[0] if word[0] in _QUOTES else ""
    value = values.get(word[1:-1] if quote else word)
    if value is None or not quote:
        return value
    return f"{quote}{value.replace(quote, quote * 2)}{quote}"
