"""Whether a declared thing is there under another name, or as an index where a key is declared.

The comparison is verify's own, made with the other's name put aside. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from vrss_contract.checks.table import judge_fact
from vrss_contract.contract.model import Contract, FactPromise, Key, Table
from vrss_contract.database.catalog.facts import Catalog, CatalogIndex, CatalogTable

_WHERE: Mapping[str, str] = {
    "key": "constraints",
    "foreign_key": "constraints",
    "check": "constraints",
    "exclusion": "constraints",
    "trigger": "triggers",
}


def of(promise: FactPromise, contract: Contract, catalog: Catalog) -> str:
    """What does the same under a name that the contract does not know; nothing where none does."""
    table = catalog.tables.get(promise.table)
    if table is None or promise.aspect not in _WHERE:
        return ""
    kept = {name for name, _ in _named(contract.tables[promise.table], promise.aspect)}
    place = _WHERE[promise.aspect]
    for name, thing in getattr(table, place).items():
        if name not in kept:
            there = {**getattr(table, place), promise.name: replace(thing, name=promise.name)}
            changed: dict[str, Any] = {place: there}
            if judge_fact(promise, _with(catalog, replace(table, **changed))) == ():
                return str(name)
    return _as_index(promise.expected, table) if promise.aspect == "key" else ""


def _with(catalog: Catalog, table: CatalogTable) -> Catalog:
    return replace(catalog, tables={**catalog.tables, table.name: table})


def _named(table: Table, aspect: str) -> Iterator[tuple[str, Any]]:
    """The names that things of that kind are declared under."""
    if _WHERE[aspect] == "constraints":
        things: tuple[Any, ...] = (*table.keys, *table.foreign_keys, *table.checks, *table.excludes)
    else:
        things = table.triggers
    yield from ((one.name, one) for one in things)


def _as_index(key: Key, table: CatalogTable) -> str:
    """A unique index of every row on the key's columns, which refuses the same rows."""
    if key.primary:
        return ""
    found = (one for one in table.indexes.values() if _refuses(one, key))
    return next((f"{one.name}, a unique index and no constraint" for one in found), "")


def _refuses(index: CatalogIndex, key: Key) -> bool:
    return (
        index.unique
        and not index.predicate
        and not index.constraint
        and {column.name for column in index.columns} == set(key.columns)
        and index.nulls_distinct == key.nulls_distinct
    )
