"""Constraints and indexes of the catalog as the contract declares them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from vrss_contract.database.catalog.facts import CatalogIndex, CatalogTable, Constraint

Entries = list[dict[str, Any]]


def keys(table: CatalogTable) -> Entries:
    """The primary key first, then the UNIQUE constraints."""
    found = [*_of(table, "primary key"), *_of(table, "unique")]
    return [_key(constraint, table.indexes.get(constraint.index)) for constraint in found]


def foreign_keys(table: CatalogTable) -> Entries:
    """The references to other tables, and to its own."""
    return [_foreign_key(constraint) for constraint in _of(table, "foreign key")]


def checks(table: CatalogTable) -> Entries:
    """The CHECK constraints."""
    return [_check(constraint) for constraint in _of(table, "check")]


def excludes(table: CatalogTable) -> Entries:
    """The exclusion constraints, as the server prints them."""
    found = _of(table, "exclude")
    return [{"name": one.name, "definition": one.definition} for one in found]


def indexes(table: CatalogTable) -> Entries:
    """The indexes that no constraint made."""
    return [_index(index) for index in table.indexes.values() if not index.constraint]


def _of(table: CatalogTable, kind: str) -> Iterable[Constraint]:
    return (one for one in table.constraints.values() if one.kind == kind)


def _key(constraint: Constraint, index: CatalogIndex | None) -> dict[str, Any]:
    word = "primary" if constraint.kind == "primary key" else "unique"
    told: dict[str, Any] = {"name": constraint.name, word: list(constraint.columns)}
    if index is not None and not index.nulls_distinct:
        told["nulls_distinct"] = False
    if index is not None and index.include:
        told["include"] = list(index.include)
    return told | _deferrable(constraint)


def _foreign_key(constraint: Constraint) -> dict[str, Any]:
    columns = list(constraint.columns)
    one = len(columns) == 1
    told: dict[str, Any] = {"name": constraint.name}
    told |= {"column": columns[0]} if one else {"columns": columns}
    told["references"] = constraint.references
    if constraint.references_columns != ("id",):
        told["references_columns"] = list(constraint.references_columns)
    for word in ("on_delete", "on_update"):
        if (action := getattr(constraint, word)) != "no action":
            told[word] = action
    if constraint.match == "full":
        told["match"] = "full"
    return told | _deferrable(constraint)


def _check(constraint: Constraint) -> dict[str, Any]:
    told: dict[str, Any] = {"name": constraint.name, "expression": constraint.expression}
    if not constraint.inherited:
        told["no_inherit"] = True
    if not constraint.validated:
        told["valid"] = False
    return told


def _deferrable(constraint: Constraint) -> dict[str, Any]:
    if not constraint.deferrable:
        return {}
    return {"deferrable": "deferred" if constraint.deferred else "immediate"}


def _index(index: CatalogIndex) -> dict[str, Any]:
    told: dict[str, Any] = {"name": index.name, "columns": [str(one) for one in index.columns]}
    if index.method != "btree":
        told["method"] = index.method
    if index.unique:
        told["unique"] = True
    if not index.nulls_distinct:
        told["nulls_distinct"] = False
    if index.predicate:
        told["where"] = index.predicate
    if index.include:
        told["include"] = list(index.include)
    if index.options:
        told["options"] = list(index.options)
    return told
