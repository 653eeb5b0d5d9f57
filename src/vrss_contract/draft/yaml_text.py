"""Entries as YAML of the strict subset that ``contract.strict`` reads.

A flow mapping on one line where it fits, as in contracts/; SQL in ``|`` blocks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Entry = Mapping[str, Any]
"""A mapping of text to None, bool, int, float, str, and lists and mappings of these."""

_WIDTH = 100
_BLOCKS = frozenset({"expression", "where", "when", "body"})
_PLAIN = re.compile(
    r"[A-Za-z_][\w()$/+-]*(?:\.[\w()$/+-]+)*(?: [\w()$/+-][\w()$/+.-]*)*\.?", re.ASCII
)
_TYPED = frozenset({"null", "true", "false"})
_BREAKS = re.compile(r"\r\n?|[\x85\u2028\u2029]")
_INVISIBLE = re.compile(
    r"[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)


def document(entries: Iterable[Entry]) -> str:
    """The text of a contract file with these entries."""
    return "\n".join("\n".join(_item(entry)) + "\n" for entry in entries)


def mapping(entry: Entry) -> str:
    """The text of a file that holds one mapping, as the manifest does."""
    return "".join(f"{line}\n" for line in _lines(entry))


def _item(entry: Entry) -> Iterator[str]:
    first, *rest = _lines(entry)
    yield f"- {first}"
    yield from (f"  {line}" if line else "" for line in rest)


def _lines(entry: Entry) -> Iterator[str]:
    for key, value in entry.items():
        if isinstance(value, str) and _needs_block(key, value):
            yield from _block(key, value)
        elif isinstance(value, list) and value and all(isinstance(v, Mapping) for v in value):
            yield f"{_text(key)}:"
            for item in value:
                yield from (f"  {line}" if line else "" for line in _nested(item))
        else:
            yield f"{_text(key)}: {_flow(value)}"


def _nested(item: Entry) -> Iterable[str]:
    line = f"- {_flow(item)}"
    blocks = any(isinstance(value, str) and _needs_block(key, value) for key, value in item.items())
    return _item(item) if blocks or len(line) > _WIDTH - 4 else [line]


def _needs_block(key: str, value: str) -> bool:
    return key == "body" or (key in _BLOCKS and (" " in value or "#" in value or "\n" in value))


def _block(key: str, value: str) -> Iterator[str]:
    """A literal block; what no block can hold becomes a line end or a blank."""
    shown = _INVISIBLE.sub(" ", _BREAKS.sub("\n", value))
    body = shown.rstrip("\n")
    ends = len(shown) - len(body)
    chomping = "" if key != "body" or ends == 1 else "+" if ends else "-"
    lines = body.split("\n") + [""] * max(0, ends - 1) * (chomping == "+")
    indented = "2" if shown[:1].isspace() else ""
    yield f"{key}: |{indented}{chomping}"
    yield from (f"  {line}" if line else "" for line in lines)


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_text(k)}: {_flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return _text(value) if isinstance(value, str) else str(value)


def _text(value: str) -> str:
    """A text as it is where it can't be misread, else in double quotes."""
    if _PLAIN.fullmatch(value) and value not in _TYPED:
        return value
    return '"' + "".join(map(_escaped, value)) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"  # noqa: PLR2004 - the BMP's end
