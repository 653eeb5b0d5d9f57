"""YAML in a strict, JSON-compatible subset.

Typed are null, true, false and decimal numbers; anchors, aliases, tags and a key given twice are
refused, and so is SQL of more than a word outside a ``|`` block, where `` #`` begins a comment.
Rule: contracts/README.md, "YAML subset".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import yaml
from yaml.reader import ReaderError

from vrss_contract.contract import files
from vrss_contract.contract.errors import CLAUSE_FAULT
from vrss_contract.contract.model import SourceLocation

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TYPED = {"null": None, "true": True, "false": False}
_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]+")
_DIGITS = 300
"""A number has no more: a larger one is infinite elsewhere, or more than Python reads."""
_SQL_FIELDS = frozenset({"expression", "where", "when", "body"})
_SUBSET = "write it as plain YAML: the subset is what every language's reader agrees on"

_Read = TypeVar("_Read")
Entry = tuple[int, dict[str, Any]]
"""An entry of a contract file, and the line it begins on."""


def read(path: Path, shown: str) -> list[Entry]:
    """The entries of one contract file. ``shown`` is the file as messages call it.

    Raises:
        TroubleError: with file, line, what is wrong and how to mend it.
    """
    return _read(path, shown, _Reader.entries)


def read_mapping(path: Path, shown: str) -> tuple[dict[str, Any], Mapping[str, int]]:
    """A file that holds one mapping, and the line of each key, as ``key`` or ``key/key``.

    Raises:
        TroubleError: as ``read``.
    """
    return _read(path, shown, _Reader.whole)


def _read(path: Path, shown: str, part: Callable[[_Reader], _Read]) -> _Read:
    try:
        return part(_Reader(yaml.parse(files.text(path), Loader=_LOADER), shown))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = SourceLocation(shown, mark.line + 1 if mark else 1)
        remedy = "mend the YAML; quote a text in which a character means something to YAML"
        raise CLAUSE_FAULT(
            place=place, found=error.problem or "this is no YAML", do=remedy
        ) from error
    except UnicodeDecodeError as error:
        raise CLAUSE_FAULT(
            place=SourceLocation(shown, 1), found="not UTF-8", do="save the file as UTF-8"
        ) from error
    except ReaderError as error:
        character = chr(int(error.character))
        line = path.read_text("utf-8").partition(character)[0].count("\n") + 1
        raise CLAUSE_FAULT(
            place=SourceLocation(shown, line),
            found=f"the character U+{ord(character):04X}, which YAML does not take",
            do="remove it, or write it as an escape in double quotes",
        ) from error


class _Reader:
    """Turns parse events into values, and refuses what is not in the subset."""

    def __init__(self, events: Iterator[yaml.Event], shown: str) -> None:
        self._events = (event for event in events if not isinstance(event, yaml.StreamStartEvent))
        self._shown = shown
        self._trail: list[str] = []
        self._lines: dict[str, int] | None = None
        """Line by key, where anybody asks."""

    def whole(self) -> tuple[dict[str, Any], Mapping[str, int]]:
        """The one mapping that a file holds, and the lines of its keys."""
        root = next(self._events)
        if isinstance(root, yaml.DocumentStartEvent):
            root = next(self._events)
        if not isinstance(root, yaml.MappingStartEvent):
            self._refuse(root, "the file is no mapping", "begin each line with `field: `")
        lines = self._lines = {}
        found = self._mapping()
        self._end("keep one mapping a file")
        return found, lines

    def _end(self, remedy: str) -> None:
        next(self._events)
        if not isinstance(event := next(self._events), yaml.StreamEndEvent):
            self._refuse(event, "a second document begins", remedy)

    def entries(self) -> list[Entry]:
        """All entries of the one document that a file holds; none for an empty file."""
        if isinstance(next(self._events), yaml.StreamEndEvent):
            return []
        root = next(self._events)
        if not isinstance(root, yaml.SequenceStartEvent):
            self._refuse(root, "the file is no list", "begin each entry with `- id: `")
        entries = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            value = self._value(event, field="")
            if not isinstance(value, dict):
                self._refuse(event, "an entry is no mapping", "begin each entry with `- id: `")
            entries.append((_line(event), value))
        self._end("keep one list of entries a file")
        return entries

    def _value(self, event: yaml.Event, field: str) -> Any:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            self._refuse(event, "an anchor or alias is not in the subset", _SUBSET)
        if getattr(event, "tag", None):
            self._refuse(event, "a tag is not in the subset", _SUBSET)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping()
        if isinstance(event, yaml.SequenceStartEvent):
            return list(self._items(field))
        return self._scalar(event, field)

    def _items(self, field: str) -> Iterator[Any]:
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            yield self._value(event, field)

    def _mapping(self) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                self._refuse(event, "a key is no plain text", "write `key: value`")
            key = str(event.value)
            if key in mapping:
                remedy = "keep one of the two: another reader might take the other"
                self._refuse(event, f"the key {key!r} is given twice", remedy)
            self._trail.append(key)
            if self._lines is not None:
                self._lines["/".join(self._trail)] = _line(event)
            mapping[key] = self._value(next(self._events), key)
            self._trail.pop()
        return mapping

    def _scalar(self, event: Any, field: str) -> Any:
        text = str(event.value)
        if event.style == "|":
            return text if field == "body" else text.rstrip("\n")
        if event.style == ">":
            self._refuse(event, "a folded block (`>`) is not in the subset", "write `|` instead")
        if field in _SQL_FIELDS and (" " in text or "#" in text):
            remedy = f"write `{field}: |` and indent the SQL below it: elsewhere ` #` is a comment"
            self._refuse(event, f"SQL under {field!r} is not in a block", remedy)
        if event.style:
            return text
        if len(text) > _DIGITS and (_INTEGER.fullmatch(text) or _DECIMAL.fullmatch(text)):
            self._refuse(event, f"a number of {len(text):,} digits", "quote it, if it is a text")
        return _plain(text)

    def _refuse(self, event: yaml.Event, found: str, remedy: str) -> NoReturn:
        raise CLAUSE_FAULT(place=SourceLocation(self._shown, _line(event)), found=found, do=remedy)


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _plain(text: str) -> Any:
    if text in _TYPED:
        return _TYPED[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text
