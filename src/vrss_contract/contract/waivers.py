"""Clauses that a target need not keep, each with the reason, from a file of the user's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from vrss_contract.contract import strict
from vrss_contract.contract.errors import WAIVER_FAULT
from vrss_contract.contract.model import SourceLocation

_KEYS = frozenset({"clauses", "because", "until"})


@dataclass(frozen=True, slots=True)
class Waiver:
    """Some clauses, and why they may fall."""

    patterns: tuple[str, ...]
    """Ids and globs of ids."""
    because: str
    until: dt.date | None = None
    """The last day on which it counts; None for every day."""
    place: str = ""
    """Where it is written, as ``file:line``."""

    def about(self, id_: str) -> bool:
        """Whether it is about the clause."""
        return any(fnmatchcase(id_, pattern) for pattern in self.patterns)

    def counts(self, today: dt.date) -> bool:
        """Whether its time is not over."""
        return self.until is None or today <= self.until


def read(path: Path) -> tuple[Waiver, ...]:
    """The waivers in a YAML file: a list of ``clauses``, ``because`` and, if wanted, ``until``.

    Raises:
        TroubleError: with file, line, what is wrong and how to mend it.
        OSError: it can't be read.
    """
    entries = strict.read(path, str(path))
    return tuple(_waiver(entry, SourceLocation(str(path), line)) for line, entry in entries)


def _waiver(entry: Mapping[str, Any], place: SourceLocation) -> Waiver:
    if strange := sorted(entry.keys() - _KEYS):
        raise WAIVER_FAULT(place=place, found=f"the key {strange[0]!r}")
    given = entry.get("clauses")
    patterns = [given] if isinstance(given, str) else given
    if not (isinstance(patterns, list) and patterns and all(isinstance(p, str) for p in patterns)):
        raise WAIVER_FAULT(place=place, found="no list of ids as `clauses`")
    because = entry.get("because")
    if not isinstance(because, str) or not because.strip():
        raise WAIVER_FAULT(place=place, found="no reason as `because`")
    return Waiver(tuple(patterns), because.strip(), _day(entry.get("until"), place), str(place))


def _day(text: Any, place: SourceLocation) -> dt.date | None:
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(str(text))
    except ValueError as error:
        raise WAIVER_FAULT(place=place, found=f"{text!r}, which is no day, as `until`") from error
