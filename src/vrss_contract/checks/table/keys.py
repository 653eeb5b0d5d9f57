"""Whether an index refuses what a declared key does, whatever it is called and declared as.

A row that is alike in one key is often alike in another, which then refuses it: no row shows which.
"""

from __future__ import annotations

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from vrss_contract.checks.table.answer import Answer
from vrss_contract.checks.verdict import Finding
from vrss_contract.contract.model import Key, Table
from vrss_contract.database.catalog import facts
from vrss_contract.database.catalog.facts import Catalog


def keys(expected: Table, found: facts.CatalogTable, _: Catalog) -> Answer:
    """Each declared key is kept by a valid unique index of all rows, on none but its columns."""
    return tuple(
        Finding(
            f"two rows of {found.name} may be alike in {', '.join(key.columns)}",
            "a unique index of all rows, on no other columns",
            _instead(key, found),
        )
        for key in expected.keys
        if not any(_keeps(index, key, found) for index in found.indexes.values())
    )


def _keeps(index: facts.CatalogIndex, key: Key, table: facts.CatalogTable) -> bool:
    spoken = [columns_of(one) for one in index.columns]
    return (
        index.unique
        and index.valid
        and not index.predicate
        and all(one and one <= {*key.columns} for one in spoken)
        and (key.nulls_distinct or not index.nulls_distinct or not _nullable(key, table))
    )


def columns_of(part: facts.IndexColumn) -> frozenset[str]:
    """The columns that tell what an index has of a row; none where it can't be told."""
    if part.name:
        return frozenset({part.name})
    try:
        tree = sqlglot.parse_one(part.expression, dialect="postgres")
    except SqlglotError:
        return frozenset()
    return frozenset(one.name for one in tree.find_all(exp.Column))


def _nullable(key: Key, table: facts.CatalogTable) -> bool:
    columns = [table.columns.get(one) for one in key.columns]
    return any(one is None or one.nullable for one in columns)


def _instead(key: Key, table: facts.CatalogTable) -> str:
    """What has the key's columns and does not keep it."""
    named = (
        one.definition
        for one in table.indexes.values()
        if one.unique and {*key.columns} & {part.name for part in one.columns}
    )
    return next(named, "no such index")
