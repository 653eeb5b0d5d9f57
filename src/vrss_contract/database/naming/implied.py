"""Constraints whose names PostgreSQL makes of their table's and columns' names. Pure.

They follow when these are renamed: whoever chose ``Loan`` did not choose ``Loan_pkey``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from vrss_contract.database.catalog.facts import Catalog, CatalogTable, Constraint
from vrss_contract.sql.literal import identifier, parts, qualified

_ENDS = {"primary key": "pkey", "unique": "key", "foreign key": "fkey", "check": "check"}
_LONGEST = 63


def implied(
    tables: Mapping[str, str], columns: Mapping[tuple[str, str], str], catalog: Catalog, home: str
) -> Iterator[str]:
    """The DDL that renames them.

    Args:
        tables: the tables' names of now, by the former ones.
        columns: the columns' names of now, by their table's name of now and the former one.
        catalog: what is there, by the former names.
        home: the schema of names without one.
    """
    for found, table in catalog.tables.items():
        name = tables.get(found, found)
        own = {column: columns.get((name, column), column) for column in table.columns}
        if name == found and all(now == before for before, now in own.items()):
            continue
        for constraint, now in _renamed(table, parts(found)[-1], parts(name)[-1], own):
            alter = f"ALTER TABLE {qualified(name, home)} RENAME CONSTRAINT"
            yield f"{alter} {identifier(constraint)} TO {identifier(now)};"


def _renamed(
    table: CatalogTable, before: str, after: str, columns: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    for one in table.constraints.values():
        now = _made(one, after, [columns.get(column, column) for column in one.columns])
        if one.name == _made(one, before, one.columns) and now not in {"", *table.constraints}:
            yield one.name, now


def _made(constraint: Constraint, table: str, columns: Sequence[str]) -> str:
    """What the server calls it; nothing where it is not known to."""
    end = _ENDS.get(constraint.kind, "")
    middle = () if constraint.kind == "primary key" else columns
    name = "_".join((table, *middle, end))
    return name if end and len(name.encode()) <= _LONGEST else ""
