"""Indexes that no key makes: that they are there, as declared, and by their names.

An index is told by what it is. What only has another name is a clause of its own, and so is what is
not as declared and serves as well.
"""

from __future__ import annotations

from vrss_contract.checks.table.answer import Answer, Missing, absent, differing
from vrss_contract.checks.table.same_index import exact, parts, rows, serving
from vrss_contract.checks.verdict import Finding
from vrss_contract.contract.model import Index
from vrss_contract.database.catalog.facts import Catalog, CatalogTable


def index(expected: Index, table: CatalogTable, _: Catalog) -> Answer:
    """An index that may be used wherever the declared one may, whatever it is called."""
    if serving(expected, table):
        return ()
    if found := table.indexes.get(expected.name):
        return differing(parts(expected, found, table))
    columns = ", ".join(expected.columns)
    return absent(expected.name, f"{expected.method} ({columns}), {rows(expected)}", "index")


def index_exact(expected: Index, table: CatalogTable, _: Catalog) -> Answer:
    """That index as it is declared, with no column, row or duty more."""
    there = serving(expected, table)
    if not there:
        return Missing(f"index {expected.name}")
    if exact(expected, table):
        return ()
    return differing(parts(expected, table.indexes.get(expected.name, there[0]), table))


def index_named(expected: Index, table: CatalogTable, _: Catalog) -> Answer:
    """What is as declared is called as declared."""
    if expected.name in table.indexes:
        return ()
    found = [one.name for one in exact(expected, table)]
    if not found:
        return Missing(f"index {expected.name}")
    because = f"{expected.name} has another name"
    return (Finding(because, expected.name, f"{' and '.join(found)} is it"),)
