"""Where a clause is written, in parts.

Knows how a verdict spells it; does not look whether the file is there.
"""

from __future__ import annotations

from typing import NamedTuple

from vrss_contract.checks.verdict import Verdict


class SourceLocation(NamedTuple):
    """A file, and the line where one is known."""

    file: str
    line: int | None


def place_of(verdict: Verdict) -> SourceLocation | None:
    """The parts of ``file:line``, or None where the verdict names no file."""
    file, _, line = verdict.place.rpartition(":")
    if file and line.isascii() and line.isdecimal():
        return SourceLocation(file, int(line))
    return SourceLocation(verdict.place, None) if verdict.place else None
