"""One thing that is not as the contract declares it, and what is said of several of them. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vrss_contract.checks.verdict import Finding

_NOUNS: Mapping[str, tuple[str, str]] = {
    "table": ("table", "tables"),
    "column": ("column", "columns"),
    "enum": ("enum", "enums"),
    "function": ("function", "functions"),
    "type": ("column", "columns"),
    "nullability": ("column", "columns"),
    "default": ("column", "columns"),
    "key": ("key", "keys"),
    "check": ("CHECK constraint", "CHECK constraints"),
    "exclusion": ("EXCLUDE constraint", "EXCLUDE constraints"),
    "foreign_key": ("foreign key", "foreign keys"),
    "index": ("index", "indexes"),
    "delete_index": ("foreign key", "foreign keys"),
    "trigger": ("trigger", "triggers"),
    "comment": ("table", "tables"),
}
_NAMED = 5
"""At most so many names of what is missing."""
_OF_ITSELF = frozenset({"table", "enum", "function"})
"""What is missing of these is known by its name, and told in full by its DDL."""


@dataclass(frozen=True, slots=True)
class CatalogDifference:
    """A fact of the catalog that is another one, or is not there."""

    sort: str
    name: str
    """What it is about, such as ``users.name`` or an index."""
    finding: Finding
    ddl: str
    lacking: bool
    table: str = ""
    """The table that it is of."""
    does_else: bool = False
    """Whether it is a function of another body, which is more than two texts can tell."""
    routine: str = ""
    """The function that it is about, or that a trigger calls."""


def sentence(members: Sequence[CatalogDifference]) -> str:
    """What differs, in one line: of several the first is told whole."""
    if members[0].routine:
        return _routine(members)
    first, count = members[0], len(members)
    if count == 1:
        return _alone(first)
    what = f"{count} {_noun(first.sort, count)}"
    if first.sort == "comment":
        return f"{what} have another comment, or none"
    if first.sort == "delete_index":
        return f"{what} have no index by which a delete finds the rows, such as {first.name}"
    if first.lacking:
        names = [one.name for one in members[:_NAMED]]
        more = ", ..." if count > _NAMED else ""
        return f"{what} are missing: {', '.join(names)}{more}"
    return f"{what} differ; the first: {_alone(first)}"


def _noun(sort: str, count: int) -> str:
    singular, plural = _NOUNS.get(sort, ("object", "objects"))
    return singular if count == 1 else plural


def _alone(one: CatalogDifference) -> str:
    if one.does_else:
        return f"function {one.name}() does something else"
    if not one.lacking:
        return f"{one.finding.because}: {one.finding.found} instead of {one.finding.expected}"
    missing = f"{_noun(one.sort, 1)} {one.name} is missing"
    return missing if one.sort in _OF_ITSELF else f"{missing}: {one.finding.expected}"


def _routine(members: Sequence[CatalogDifference]) -> str:
    """A function and the triggers that call it."""
    triggers = [one for one in members if one.sort == "trigger"]
    functions = [one for one in members if one.sort != "trigger"]
    if not functions and len(triggers) == 1:
        return _alone(triggers[0])
    lacking = sum(one.lacking for one in triggers)
    words = [f"{lacking} missing"] if lacking else []
    words += [f"{len(triggers) - lacking} different"] if len(triggers) > lacking else []
    if not functions:
        return f"of the triggers that call {members[0].routine}(), {' and '.join(words)}"
    if len(triggers) == 1:
        return f"{_alone(functions[0])}, and its trigger is {'missing' if lacking else 'different'}"
    return ", of its triggers ".join(filter(None, [_alone(functions[0]), " and ".join(words)]))
