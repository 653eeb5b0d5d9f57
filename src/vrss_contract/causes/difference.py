"""One thing that is not as the contract declares it, and what is said of several of them. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vrss_contract.checks.verdict import Finding

_NOUNS: Mapping[str, str] = {
    "type": "columns",
    "nullability": "columns",
    "default": "columns",
    "check": "CHECK constraints",
    "foreign_key": "foreign keys",
    "index": "indexes",
    "delete_index": "foreign keys",
    "trigger": "triggers",
    "comment": "tables",
}


@dataclass(frozen=True, slots=True)
class CatalogDifference:
    """A fact of the catalog that is another one, or is not there."""

    sort: str
    name: str
    """What it is about, such as ``users.name`` or an index."""
    finding: Finding
    ddl: str
    lacking: bool
    routine: str = ""
    """The function that it is about, or that a trigger calls."""


def sentence(members: Sequence[CatalogDifference]) -> str:
    """What differs, in one line: of several the first is told whole."""
    if members[0].routine:
        return _routine(members)
    first, count = members[0], len(members)
    if count == 1:
        return _alone(first)
    what = f"{count} {_NOUNS.get(first.sort, 'objects')}"
    if first.sort == "comment":
        return f"{what} have another comment, or none"
    if first.sort == "delete_index":
        return f"{what} have no index by which a delete finds the rows, such as {first.name}"
    if first.lacking:
        return f"{what} are lacking, such as {first.name}"
    return f"{what} are others, such as {_alone(first)}"


def _alone(one: CatalogDifference) -> str:
    if one.lacking:
        return f"{one.name} is lacking: {one.finding.expected}"
    return f"{one.finding.because}: {one.finding.found} instead of {one.finding.expected}"


def _routine(members: Sequence[CatalogDifference]) -> str:
    """A function and the triggers that call it."""
    triggers = [one for one in members if one.sort == "trigger"]
    functions = [one for one in members if one.sort != "trigger"]
    if not functions and len(triggers) == 1:
        return _alone(triggers[0])
    parts = [_alone(functions[0])] if functions else []
    if triggers:
        lacking = sum(one.lacking for one in triggers)
        words = [f"{lacking} lacking"] if lacking else []
        words += [f"{len(triggers) - lacking} otherwise"] if len(triggers) > lacking else []
        name = members[0].routine
        noun = "trigger" if len(triggers) == 1 else "triggers"
        parts.append(f"of the {noun} that should call {name}, {' and '.join(words)}")
    return "; ".join(parts)
