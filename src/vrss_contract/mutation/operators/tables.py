"""What may go wrong with whole tables: one is not there, or something else in its place."""

from __future__ import annotations

from collections.abc import Iterator

from vrss_contract.contract.model import Level
from vrss_contract.database.catalog.facts import CatalogTable
from vrss_contract.mutation.mutant import Mutant, Operator, Schema
from vrss_contract.sql.literal import identifier, parts, relation


def _tables(schema: Schema) -> Iterator[Mutant]:
    for table in schema.catalog.tables.values():
        if table.kind != "partition":
            yield from _there(table)
            yield from _in_its_place(table)


def _there(table: CatalogTable) -> Iterator[Mutant]:
    own = relation(table.name)
    yield _mutant("table-dropped", table, "", f"DROP TABLE {own} CASCADE")
    yield _mutant("table-renamed", table, "", f"ALTER TABLE {own} RENAME TO mutated")
    if table.comment:
        gone = f"COMMENT ON TABLE {own} IS NULL"
        yield _mutant("comment-dropped", table, "", gone, level="may")


def _in_its_place(table: CatalogTable) -> Iterator[Mutant]:
    """A view that shows the rows and lets them be written."""
    own = relation(table.name)
    *home, _ = parts(table.name)
    moved = ".".join(map(identifier, [*home, "mutated"]))
    rename = f"ALTER TABLE {own} RENAME TO mutated"
    yield _mutant("table-view", table, "", rename, f"CREATE VIEW {own} AS SELECT * FROM {moved}")


def _mutant(
    operator: str, table: CatalogTable, what: str, *ddl: str, level: Level = "must"
) -> Mutant:
    return Mutant(operator, table.name, what, ddl, level, (table.name,))


OPERATORS = (
    Operator("table-dropped", "A table is not there.", _tables),
    Operator("table-renamed", "A table has another name.", _tables),
    Operator("table-view", "A view stands in the place of a table.", _tables),
    Operator("comment-dropped", "A table's comment is not there.", _tables),
)
"""Operators of tables."""
