"""What a function takes and gives, in one spelling for all that the server takes for one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vrss_contract.sql.expression import canonical, canonical_body
from vrss_contract.sql.type_name import known, unsized

_DEFAULT = re.compile(r"\s*(?:\bdefault\b|:?=)\s*", re.IGNORECASE)
_MODE = re.compile(r"\s*(inout|in|out|variadic)\s+(?=\S)", re.IGNORECASE)
_NAMED = re.compile(r'\s*("(?:[^"]|"")*"|[^\W\d][\w$]*)\s+(\S.*)', re.DOTALL)
_ROWS = re.compile(r"\s*table\s*\((.*)\)\s*", re.IGNORECASE | re.DOTALL)
_SET = re.compile(r"\s*setof\s+(.*)", re.IGNORECASE | re.DOTALL)


def arguments(text: str) -> str:
    """The arguments of a function: modes, names, types without modifiers, defaults."""
    return ", ".join(map(_argument, _parts(text)))


def returned(text: str) -> str:
    """What a function returns: a type, a set of one, or the columns of a table."""
    if match := _ROWS.fullmatch(text):
        return f"TABLE({arguments(match[1])})"
    if match := _SET.fullmatch(text):
        return f"SETOF {unsized(match[1])}"
    return unsized(text)


def _argument(text: str) -> str:
    head, *default = _DEFAULT.split(text, maxsplit=1)
    mode = _MODE.match(head)
    rest = head[mode.end() :] if mode else head
    word = mode[1].upper() if mode and mode[1].upper() != "IN" else ""
    named = None if known(rest) else _NAMED.fullmatch(rest)
    parts = [canonical_body(named[1]), named[2]] if named else [rest]
    *name, type_ = parts
    value = [f"DEFAULT {canonical(default[0], into=unsized(type_))}"] if default else []
    return " ".join([*([word] if word else []), *name, unsized(type_), *value])


def _parts(text: str) -> Iterator[str]:
    """What the commas part that stand in no parentheses, brackets or quotes."""
    depth, start, quoted = 0, 0, ""
    for place, character in enumerate(text):
        if quoted:
            quoted = "" if character == quoted else quoted
        elif character in "'\"":
            quoted = character
        elif character in "([":
            depth += 1
        elif character in ")]":
            depth -= 1
        elif character == "," and not depth:
            yield text[start:place]
            start = place + 1
    if text[start:].strip():
        yield text[start:]
