"""Where a clause is written, in parts."""

from __future__ import annotations

from typing import NamedTuple

from vrss_contract.checks.verdict import Verdict


class LocationParts(NamedTuple):
    """A file, and the line where one is known."""

    file: str
    line: int | None


def place_of(verdict: Verdict) -> LocationParts | None:
    """The parts of ``file:line``, or None where the verdict names no file."""
    file, _, line = verdict.place.rpartition(":")
    if file and line.isascii() and line.isdecimal():
        return LocationParts(file, int(line))
    return LocationParts(verdict.place, None) if verdict.place else None
