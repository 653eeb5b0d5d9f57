"""Where a clause is written, and where the target makes what it is about, in parts."""

from __future__ import annotations

from typing import NamedTuple

from vrss_contract.checks.verdict import Verdict


class LocationParts(NamedTuple):
    """A file, and the line where one is known."""

    file: str
    line: int | None


def place_of(verdict: Verdict) -> LocationParts | None:
    """The parts of ``file:line``, or None where the verdict names no file."""
    return parts_of(verdict.place)


def made_at(verdict: Verdict) -> LocationParts | None:
    """The same of the target's own file."""
    return parts_of(verdict.made)


def parts_of(place: str) -> LocationParts | None:
    """The parts of ``file:line``; None for no text."""
    file, _, line = place.rpartition(":")
    if file and line.isascii() and line.isdecimal():
        return LocationParts(file, int(line))
    return LocationParts(place, None) if place else None
