"""Keys, foreign keys, checks, and the index that a foreign key's delete needs.

A constraint keeps its promise if it is validated, enforced and checked at once.
"""

from __future__ import annotations

from collections.abc import Iterator

from vrss_contract.checks.table.answer import Answer, Missing, Part, absent, differing, one_line
from vrss_contract.checks.verdict import Finding
from vrss_contract.contract.model import Check, Exclusion, ForeignKey, Key
from vrss_contract.database.catalog.facts import Catalog, CatalogIndex, CatalogTable, Constraint
from vrss_contract.sql.expression import canonical, canonical_body

_WAITS = {
    "": "not deferrable",
    "immediate": "deferrable",
    "deferred": "initially deferred",
}
_SEARCHABLE = frozenset({"btree", "hash"})
"""Access methods that find a row by equality of a number."""


def key(expected: Key, table: CatalogTable, _: Catalog) -> Answer:
    """A primary key or UNIQUE constraint of that name on those columns, in order."""
    kind = "primary key" if expected.primary else "unique"
    columns = ", ".join(expected.columns)
    constraint = table.constraints.get(expected.name)
    if constraint is None:
        return absent(expected.name, f"{kind} ({columns})", "constraint")
    index = table.indexes.get(constraint.index)
    found = ", ".join(constraint.columns)
    parts = [
        (f"{expected.name} is of another kind", kind, constraint.kind),
        (f"{expected.name} is on other columns", columns, found),
        *_duties(constraint, deferrable=expected.deferrable),
        *(_key_index(expected, index) if index else ()),
    ]
    return differing(parts)


def foreign_key(expected: ForeignKey, table: CatalogTable, _: Catalog) -> Answer:
    """A reference from those columns to those of the other table, with those actions."""
    name, own = expected.name, ", ".join(expected.referring)
    target = f"{expected.references} ({', '.join(expected.references_columns)})"
    constraint = table.constraints.get(name)
    if constraint is None:
        wanted = f"foreign key ({own}) references {target}"
        return absent(name, f"{wanted} on delete {expected.on_delete}", "constraint")
    if constraint.kind != "foreign key":
        return differing([(f"{name} is of another kind", "foreign key", constraint.kind)])
    found = f"{constraint.references} ({', '.join(constraint.references_columns)})"
    parts = [
        (f"{name} is on another column", own, ", ".join(constraint.columns)),
        (f"{name} references another column", target, found),
        (f"{name} does another thing on delete", expected.on_delete, constraint.on_delete),
        (f"{name} does another thing on update", expected.on_update, constraint.on_update),
        (f"{name} matches otherwise", f"match {expected.match}", f"match {constraint.match}"),
        *_duties(constraint, deferrable=expected.deferrable),
    ]
    return differing(parts)


def check(expected: Check, table: CatalogTable, _: Catalog) -> Answer:
    """A CHECK of that name that means the same."""
    wanted = one_line(expected.expression)
    constraint = table.constraints.get(expected.name)
    if constraint is None:
        return absent(expected.name, f"check ({wanted})", "constraint")
    if constraint.kind != "check":
        return differing([(f"{expected.name} is of another kind", "check", constraint.kind)])
    sides = (expected.expression, constraint.expression)
    first, second = (canonical(side, table.types) for side in sides)
    found = wanted if first == second else one_line(constraint.expression)
    inherited = "inherited" if constraint.inherited else "no inherit"
    wanted_inherited = "no inherit" if expected.no_inherit else "inherited"
    parts = [
        (f"{expected.name} checks something else", wanted, found),
        (f"{expected.name} is not inherited", wanted_inherited, inherited),
        *_duties(constraint, valid=expected.valid),
    ]
    return differing(parts)


def exclusion(expected: Exclusion, table: CatalogTable, _: Catalog) -> Answer:
    """An exclusion constraint of that name that means the same."""
    constraint = table.constraints.get(expected.name)
    wanted = one_line(expected.definition)
    if constraint is None:
        return absent(expected.name, wanted, "constraint")
    same = canonical_body(expected.definition) == canonical_body(constraint.definition)
    found = wanted if same else one_line(constraint.definition)
    return differing([(f"{expected.name} excludes something else", wanted, found)])


def delete_index(expected: ForeignKey, table: CatalogTable, _: Catalog) -> Answer:
    """An index by which the server finds the rows of a deleted parent."""
    if missing := [name for name in expected.referring if name not in table.columns]:
        return Missing(f"column {table.name}.{missing[0]}")
    near = [index for index in table.indexes.values() if _begins_with(index, expected.referring)]
    if any(_serves(index) for index in near):
        return ()
    found = "; ".join(one_line(index.definition) for index in near) or "no such index"
    because = f"deleting from {expected.references} reads the whole of {table.name}"
    return (
        Finding(
            because,
            f"an index that begins with {', '.join(expected.referring)}, not partial",
            found,
        ),
    )


def _begins_with(index: CatalogIndex, columns: tuple[str, ...]) -> bool:
    """Whether its first columns are these, in any order."""
    return {column.name for column in index.columns[: len(columns)]} == set(columns)


def _serves(index: CatalogIndex) -> bool:
    usable = index.valid and index.ready and not index.predicate
    return usable and index.method in _SEARCHABLE


def _duties(constraint: Constraint, *, deferrable: str = "", valid: bool = True) -> Iterator[Part]:
    """What every constraint owes: for all rows, always, at once, where nothing else is declared."""
    name = constraint.name
    if valid:
        yield f"{name} was not checked on all rows", "valid", _either(constraint.validated, "valid")
    yield f"{name} is not enforced", "enforced", _either(constraint.enforced, "enforced")
    waits = "not deferrable"
    if constraint.deferrable:
        waits = "initially deferred" if constraint.deferred else "deferrable"
    yield f"{name} may be checked later", _WAITS[deferrable], waits


def _key_index(expected: Key, index: CatalogIndex) -> Iterator[Part]:
    distinct = "nulls distinct" if index.nulls_distinct else "nulls not distinct"
    yield f"{index.name} is not usable", "valid", _either(index.valid and index.ready, "valid")
    wanted = "nulls distinct" if expected.nulls_distinct else "nulls not distinct"
    yield f"{expected.name} takes NULL for a value", wanted, distinct
    yield f"{index.name} holds other columns", ", ".join(expected.include), ", ".join(index.include)


def _either(holds: bool, word: str) -> str:  # noqa: FBT001 - the fact itself
    return word if holds else f"not {word}"
