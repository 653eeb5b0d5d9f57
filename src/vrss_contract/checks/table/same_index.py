"""Which index of a target is the one that a contract declares: told by what it is, not by its name.

An index also stands for a declared one if whatever reads by the declared one can read by it: it has
more columns behind, or more rows, runs the other way, or is kept by a constraint.
"""

from __future__ import annotations

from collections.abc import Mapping

from vrss_contract.checks.table.answer import Part, differing, one_line
from vrss_contract.contract.model import Contract, Index, Key
from vrss_contract.database.catalog.facts import Catalog, CatalogIndex, CatalogTable
from vrss_contract.sql.expression import canonical, canonical_index_column
from vrss_contract.sql.literal import identifier

EVERY_ROW = "every row"
_TURNED = {
    "desc nulls last": "nulls first",
    "nulls first": "desc nulls last",
    "desc": "",
    "": "desc",
}
"""How a canonical column ends, and how it does where the index is read from its end."""


def exact(expected: Index, table: CatalogTable) -> tuple[CatalogIndex, ...]:
    """The indexes that are as declared, whatever they are called."""
    return tuple(
        index
        for index in table.indexes.values()
        if not index.constraint
        and (index.method, index.unique) == (expected.method, expected.unique)  # soon told
        and not differing(parts(expected, index, table))
    )


def serving(expected: Index, table: CatalogTable) -> tuple[CatalogIndex, ...]:
    """The indexes that are as declared; where there is none, those that do as well.

    The first is the one to speak of: it has the declared name, or is next to what is declared.
    """
    found = exact(expected, table) or tuple(
        index for index in table.indexes.values() if _serves(expected, index, table)
    )
    return tuple(sorted(found, key=lambda index: _distance(expected, index, table)))


def names(contract: Contract, catalog: Catalog) -> Mapping[str, frozenset[str]]:
    """What each declared index, and the index of each declared key, is called in a target."""
    found: dict[str, frozenset[str]] = {}
    for declared in contract.tables.values():
        if table := catalog.tables.get(declared.name):
            for index in declared.indexes:
                found[index.name] = frozenset(one.name for one in serving(index, table))
            for key in declared.keys:
                found[key.name] = frozenset(_keeping(key, table))
    return {name: there or frozenset({name}) for name, there in found.items()}


def parts(expected: Index, found: CatalogIndex, table: CatalogTable) -> list[Part]:
    """Each thing that is declared of an index, beside how it is."""
    name, columns = found.name, ", ".join(expected.columns)
    same = _columns(expected, table) == _found_columns(found, table)
    unique = "unique" if expected.unique else "not unique"
    return [
        (f"{name} is of another method", expected.method, found.method),
        (f"{name} is on other columns", columns, columns if same else _shown(found)),
        (f"{name} includes other columns", _listed(expected.include), _listed(found.include)),
        (f"{name} holds other rows", rows(expected), _found_rows(expected, found, table)),
        (f"{name} is of another kind", unique, "unique" if found.unique else "not unique"),
        (f"{name} is not usable", "valid", "valid" if _usable(found) else "invalid"),
        (f"{name} takes NULL for a value", _nulls(expected), _nulls(found)),
        (f"{name} is stored otherwise", _options(expected), _options(found)),
    ]


def rows(expected: Index) -> str:
    """Which rows a declared index holds, in words."""
    return f"where {one_line(expected.where)}" if expected.where else EVERY_ROW


def _serves(expected: Index, found: CatalogIndex, table: CatalogTable) -> bool:
    """Whether whatever reads by the declared index can read by this one."""
    if found.method != expected.method or not _usable(found):
        return False
    wanted, own = _columns(expected, table), _found_columns(found, table)
    same_rows = rows(expected) == _found_rows(expected, found, table)
    if expected.unique:  # of more columns, or of other rows, it would refuse other rows
        return found.unique and own == wanted and same_rows and _nulls(expected) == _nulls(found)
    first = own[: len(wanted)]
    begins = first == wanted or (found.method == "btree" and list(map(_turned, first)) == wanted)
    carried = {*own[len(wanted) :], *map(_carried, found.include)}
    whole = same_rows or not found.predicate
    return begins and whole and carried >= {*map(_carried, expected.include)}


def _distance(expected: Index, found: CatalogIndex, table: CatalogTable) -> tuple[bool, bool, int]:
    differences = differing(parts(expected, found, table))
    return found.name != expected.name, bool(found.constraint), len(differences)


def _keeping(key: Key, table: CatalogTable) -> list[str]:
    """The indexes that refuse what the key refuses."""
    return [
        index.name
        for index in table.indexes.values()
        if index.unique and not index.predicate and _usable(index)
        if tuple(column.name for column in index.columns) == key.columns
    ]


def _turned(column: str) -> str:
    """A canonical column of an index that is read from its end."""
    order = next(order for order in _TURNED if column.endswith(f" {order}".rstrip()))
    return f"{column.removesuffix(order).rstrip()} {_TURNED[order]}".rstrip()


def _carried(name: str) -> str:
    return canonical_index_column(identifier(name))


def _usable(found: CatalogIndex) -> bool:
    return found.valid and found.ready


def _columns(expected: Index, table: CatalogTable) -> list[str]:
    ordered = expected.method == "btree"
    return [canonical_index_column(c, table.types, ordered=ordered) for c in expected.columns]


def _found_columns(found: CatalogIndex, table: CatalogTable) -> list[str]:
    return [canonical_index_column(str(column), table.types) for column in found.columns]


def _shown(found: CatalogIndex) -> str:
    return ", ".join(str(column) for column in found.columns)


def _found_rows(expected: Index, found: CatalogIndex, table: CatalogTable) -> str:
    if not found.predicate:
        return EVERY_ROW
    wanted = canonical(expected.where, table.types) if expected.where else ""
    same = wanted == canonical(found.predicate, table.types)
    return f"where {one_line(expected.where if same and expected.where else found.predicate)}"


def _listed(columns: tuple[str, ...]) -> str:
    return ", ".join(columns) or "none"


def _nulls(side: Index | CatalogIndex) -> str:
    return "nulls distinct" if side.nulls_distinct else "nulls not distinct"


def _options(side: Index | CatalogIndex) -> str:
    return ", ".join(sorted(side.options)) or "none"
