"""What a target calls the contract's things, from a file of the user's.

A line each, ``orders.placed_on: placedOn``: the contract's name and the target's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from vrss_contract.contract import strict
from vrss_contract.contract.errors import NAME_MAP_FAULT
from vrss_contract.contract.model import Contract, SourceLocation


@dataclass(frozen=True, slots=True)
class GivenName:
    """What the target calls a thing that the contract declares."""

    sort: str
    """``table``, ``column``, ``enum`` or ``function``."""
    wanted: str
    """The contract's name: of a column, without its table."""
    found: str
    table: str = ""
    place: str = ""
    """Where it is written, as ``file:line``."""


def read(path: Path, contract: Contract) -> tuple[GivenName, ...]:
    """The names in a file of lines ``contract's name: target's name``, which is YAML.

    Raises:
        TroubleError: with the line: it is no such file, or names what the contract lacks.
        OSError: it can't be read.
    """
    entries, lines = strict.read_mapping(path, str(path))
    given = [
        _given(name, found, contract, SourceLocation(str(path), lines[name]))
        for name, found in entries.items()
    ]
    _require_one_each(given)
    return tuple(one for one in given if one.wanted != one.found)


def _given(name: str, found: object, contract: Contract, place: SourceLocation) -> GivenName:
    if not isinstance(found, str) or not found:
        raise NAME_MAP_FAULT(place=place, found=f"{name} is called {found!r}, which is no name")
    declared: Mapping[str, object]
    for sort, declared in (
        ("table", contract.tables),
        ("enum", contract.enums),
        ("function", contract.functions),
    ):
        if name in declared:
            return GivenName(sort, name, found, place=str(place))
    table, _, column = name.rpartition(".")
    if table in contract.tables and any(
        one.name == column for one in contract.tables[table].columns
    ):
        return GivenName("column", column, found, table, str(place))
    raise NAME_MAP_FAULT(place=place, found=f"the contract has no {name}")


def _require_one_each(given: list[GivenName]) -> None:
    seen: dict[tuple[str, str, str], GivenName] = {}
    for one in given:
        other = seen.setdefault((one.sort, one.table, one.found), one)
        if other is not one:
            found = f"{one.found} stands for {other.wanted} already, by {other.place}"
            file, _, line = one.place.rpartition(":")
            raise NAME_MAP_FAULT(place=SourceLocation(file, int(line)), found=found)
