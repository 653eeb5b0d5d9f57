"""Whether a declared thing is there under another name, or as an index where a key is declared.

The comparison is the one with its own name, made with the other's name put aside. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any

from vrss_contract.checks.table import constraints, triggers
from vrss_contract.checks.table.answer import Answer
from vrss_contract.contract.model import Key, Table
from vrss_contract.database.catalog.facts import Catalog, CatalogIndex, CatalogTable

_COMPARED: Mapping[str, tuple[str, Callable[[Any, CatalogTable, Catalog], Answer]]] = {
    "key": ("constraints", constraints.key),
    "foreign_key": ("constraints", constraints.foreign_key),
    "check": ("constraints", constraints.check),
    "exclusion": ("constraints", constraints.exclusion),
    "trigger": ("triggers", triggers.trigger),
}
ASPECTS = frozenset(_COMPARED)
"""What may be told by what it is."""


def of(
    aspect: str, expected: Any, table: CatalogTable, catalog: Catalog, kept: Collection[str] = ()
) -> str:
    """What does the same under another name; nothing where none does.

    Args:
        aspect: one of ASPECTS.
        expected: what is declared.
        table: where it is looked for.
        catalog: that of the table.
        kept: names that other things are declared under.
    """
    place, compare = _COMPARED[aspect]
    there = getattr(table, place)
    for name, thing in there.items():
        if name not in kept and name != expected.name:
            as_declared = {**there, expected.name: replace(thing, name=expected.name)}
            changed: dict[str, Any] = {place: as_declared}
            if compare(expected, replace(table, **changed), catalog) == ():
                return str(name)
    return ""


def index_for(key: Key, table: CatalogTable) -> str:
    """A unique index of every row on the key's columns, which refuses the same rows."""
    if key.primary:
        return ""
    return next((one.name for one in table.indexes.values() if _refuses(one, key)), "")


def named(table: Table, place: str) -> tuple[Any, ...]:
    """What is declared of a table among its ``constraints`` or its ``triggers``."""
    if place == "triggers":
        return table.triggers
    return (*table.keys, *table.foreign_keys, *table.checks, *table.excludes)


def taken_for(declared: Table, place: str, table: CatalogTable, catalog: Catalog) -> Iterator[str]:
    """The declared names, and what stands for those under which nothing is."""
    kept = {one.name for one in named(declared, place)}
    yield from kept
    for aspect, expected in _by_aspect(declared, place):
        if expected.name not in getattr(table, place):
            yield of(aspect, expected, table, catalog, kept)


def _by_aspect(declared: Table, place: str) -> Iterator[tuple[str, Any]]:
    if place == "triggers":
        yield from (("trigger", one) for one in declared.triggers)
        return
    yield from (("key", one) for one in declared.keys)
    yield from (("foreign_key", one) for one in declared.foreign_keys)
    yield from (("check", one) for one in declared.checks)
    yield from (("exclusion", one) for one in declared.excludes)


def _refuses(index: CatalogIndex, key: Key) -> bool:
    return (
        index.unique
        and not index.predicate
        and not index.constraint
        and {column.name for column in index.columns} == set(key.columns)
        and index.nulls_distinct == key.nulls_distinct
    )
