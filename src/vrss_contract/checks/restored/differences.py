"""What is not as it was, between two states of a database.

Pure. Expressions are compared by meaning: PostgreSQL prints some otherwise once it has read what
it printed itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from itertools import islice
from typing import Any

from vrss_contract.checks.restored.state import State
from vrss_contract.checks.verdict import Finding
from vrss_contract.database.catalog.facts import (
    Catalog,
    CatalogColumn,
    CatalogIndex,
    CatalogTable,
    CatalogTrigger,
    Constraint,
    IndexColumn,
)
from vrss_contract.database.invariants import told
from vrss_contract.sql.expression import canonical

_SHOWN = 5
"""Differences of a kind that are told."""
_GONE = "it is not there"
_PARTS = ("columns", "constraints", "indexes", "triggers")


def of_catalogs(before: State, after: State) -> list[Finding]:
    """Objects that are gone, new or another; the first few of them."""
    was, now = before.catalog, after.catalog
    found = [
        *_between("table", was.tables, now.tables),
        *_between("type", was.enums, now.enums),
        *_between("function", _functions(was), _functions(now)),
        *_between("sequence", was.sequences, now.sequences),
        *_between("object", dict.fromkeys(was.others, ""), dict.fromkeys(now.others, "")),
    ]
    return _few(found)


def of_rows(before: State, after: State) -> list[Finding]:
    """Tables whose rows are others, sequences that stand elsewhere, invariants that broke."""
    broken = sorted(after.counterexamples - before.counterexamples, key=str)
    found = [
        *(
            _other_rows(table, was, after.rows.get(table))
            for table, was in before.rows.items()
            if was != after.rows.get(table)
        ),
        *(
            Finding(name, f"the number given out last is {was}", after.sequences.get(name, _GONE))
            for name, was in before.sequences.items()
            if was != after.sequences.get(name)
        ),
    ]
    last = [Finding("afterwards", "no counter-example", told(broken))] if broken else []
    return [*_few(found), *last]


def _other_rows(table: str, was: Counter[str], now: Counter[str] | None) -> Finding:
    if now is None:
        return Finding(table, "its rows", _GONE)
    gone, new = sorted((was - now).elements()), sorted((now - was).elements())
    expected = f"{was.total()} of its rows" + "".join(f", such as {one}" for one in gone[:1])
    found = f"{now.total()}, {len(new)} of them others" + "".join(f": {one}" for one in new[:1])
    return Finding(table, expected, found)


def _few(found: list[Finding]) -> list[Finding]:
    """The first few; the last one says how many more there are."""
    shown = list(islice(found, _SHOWN))
    if more := len(found) - len(shown):
        shown[-1] = replace(shown[-1], found=f"{shown[-1].found}\n(and {more} more differences)")
    return shown


def _functions(catalog: Catalog) -> dict[str, Any]:
    return {f"{one.name}({one.arguments})": one for one in catalog.functions}


def _between(what: str, was: Mapping[Any, Any], now: Mapping[Any, Any]) -> Iterator[Finding]:
    for name in {**was, **now}:
        called = f"{what} {' '.join(name) if isinstance(name, tuple) else name}"
        if name not in now:
            yield Finding(called, "it is there", _GONE)
        elif name not in was:
            yield Finding(called, "no such thing", "it is there")
        elif isinstance(was[name], CatalogTable):
            yield from _in_table(name, was[name], now[name])
        elif differing := list(_fields(was[name], now[name])):
            expected, found = (", ".join(side) for side in zip(*differing, strict=True))
            yield Finding(called, expected, found)


def _in_table(name: str, was: CatalogTable, now: CatalogTable) -> Iterator[Finding]:
    types = dict(was.types)
    for part in _PARTS:
        old, new = getattr(was, part), getattr(now, part)
        # What is printed alike means the same: only the others are worth being parsed.
        others = {key for key in {**old, **new} if old.get(key) != new.get(key)}
        sides = (
            {f"{name}.{key}": _meant(one, types) for key, one in side.items() if key in others}
            for side in (old, new)
        )
        yield from _between(part.removesuffix("s").removesuffix("e"), *sides)
    yield from _between("table", {name: _Own(was)}, {name: _Own(now)})


@dataclass(frozen=True, slots=True)
class _Own:
    """What is of a table itself, and of none of its parts."""

    table: CatalogTable

    @property
    def facts(self) -> dict[str, Any]:
        names = [one.name for one in fields(self.table) if one.name not in _PARTS]
        return {name: getattr(self.table, name) for name in names}


def _fields(was: Any, now: Any) -> Iterator[tuple[str, str]]:
    """The facts that differ, as they were and as they are."""
    if not is_dataclass(was):
        if was != now:
            yield str(was), str(now)
        return
    old, new = _facts(was), _facts(now)
    for name in old:
        if old[name] != new[name]:
            yield f"{name}: {old[name]}", f"{name}: {new[name]}"


def _facts(of: Any) -> Mapping[str, Any]:
    return of.facts if isinstance(of, _Own) else {n.name: getattr(of, n.name) for n in fields(of)}


def _meant(part: Any, types: Mapping[str, str]) -> Any:
    """A part of a table with one spelling of each expression, and none of it twice."""
    match part:
        case CatalogColumn():
            return replace(part, default=_spelt(part.default, types))
        case Constraint(kind="exclude"):
            return part
        case Constraint():
            return replace(part, definition="", expression=_spelt(part.expression, types))
        case CatalogIndex():
            columns = tuple(_column(one, types) for one in part.columns)
            predicate = _spelt(part.predicate, types)
            return replace(part, definition="", columns=columns, predicate=predicate)
        case CatalogTrigger():
            return replace(part, definition="", when=_spelt(part.when, types))
    return part


def _column(column: IndexColumn, types: Mapping[str, str]) -> IndexColumn:
    return replace(column, expression=_spelt(column.expression, types))


def _spelt(expression: str, types: Mapping[str, str]) -> str:
    return canonical(expression, types) if expression else ""
