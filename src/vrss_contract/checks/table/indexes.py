"""Indexes that no key makes."""

from __future__ import annotations

from vrss_contract.checks.table.answer import Answer, absent, differing, one_line
from vrss_contract.contract.model import Index
from vrss_contract.database.catalog import facts
from vrss_contract.database.catalog.facts import Catalog
from vrss_contract.sql.expression import canonical, canonical_index_column

_EVERY_ROW = "every row"


def index(expected: Index, table: facts.CatalogTable, _: Catalog) -> Answer:
    """An index of that name that holds the same, in the same order, and may be used."""
    name = expected.name
    found = table.indexes.get(name)
    columns = ", ".join(expected.columns)
    where = f"where {one_line(expected.where)}" if expected.where else _EVERY_ROW
    if found is None:
        return absent(name, f"{expected.method} ({columns}), {where}", "index")
    same = _columns(expected, table) == _found_columns(found, table)
    unique = "unique" if expected.unique else "not unique"
    parts = [
        (f"{name} is of another method", expected.method, found.method),
        (f"{name} is on other columns", columns, columns if same else _shown(found)),
        (f"{name} includes other columns", _listed(expected.include), _listed(found.include)),
        (f"{name} holds other rows", where, _found_where(expected, found, table)),
        (f"{name} is of another kind", unique, "unique" if found.unique else "not unique"),
        (f"{name} is not usable", "valid", "valid" if found.valid and found.ready else "invalid"),
        (f"{name} takes NULL for a value", _nulls(expected), _nulls(found)),
        (f"{name} is stored otherwise", _options(expected), _options(found)),
    ]
    return differing(parts)


def _columns(expected: Index, table: facts.CatalogTable) -> list[str]:
    ordered = expected.method == "btree"
    return [canonical_index_column(c, table.types, ordered=ordered) for c in expected.columns]


def _found_columns(found: facts.CatalogIndex, table: facts.CatalogTable) -> list[str]:
    return [canonical_index_column(str(column), table.types) for column in found.columns]


def _shown(found: facts.CatalogIndex) -> str:
    return ", ".join(str(column) for column in found.columns)


def _found_where(expected: Index, found: facts.CatalogIndex, table: facts.CatalogTable) -> str:
    if not found.predicate:
        return _EVERY_ROW
    wanted = canonical(expected.where, table.types) if expected.where else ""
    same = wanted == canonical(found.predicate, table.types)
    return f"where {one_line(expected.where if same and expected.where else found.predicate)}"


def _listed(columns: tuple[str, ...]) -> str:
    return ", ".join(columns) or "none"


def _nulls(side: Index | facts.CatalogIndex) -> str:
    return "nulls distinct" if side.nulls_distinct else "nulls not distinct"


def _options(side: Index | facts.CatalogIndex) -> str:
    return ", ".join(sorted(side.options)) or "none"
