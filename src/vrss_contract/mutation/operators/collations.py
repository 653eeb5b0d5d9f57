"""How texts are compared: the collations of columns.

One that folds case takes ICU, which the embedded server is built without.
"""

from __future__ import annotations

from collections.abc import Iterator

from vrss_contract.database.catalog.facts import CatalogColumn, CatalogTable
from vrss_contract.mutation.mutant import Mutant, Operator, Schema
from vrss_contract.sql.literal import identifier, relation

_TEXTS = ("text", "character varying", "character")


def _bytewise(schema: Schema) -> Iterator[Mutant]:
    for table, column in _texts(schema):
        if column.collation != '"C"':
            ddl = _retyped(table, column, 'pg_catalog."C"')
            object_ = f"{table.name}.{column.name}"
            yield Mutant("column-collation", object_, "", ddl, tables=(table.name,))


def _texts(schema: Schema) -> Iterator[tuple[CatalogTable, CatalogColumn]]:
    for table in schema.catalog.tables.values():
        if table.kind == "table":
            for column in table.columns.values():
                if column.type.partition("(")[0] in _TEXTS and not column.generated:
                    yield table, column


def _retyped(table: CatalogTable, column: CatalogColumn, collation: str) -> tuple[str, ...]:
    """The column under that collation; triggers that name it are made anew."""
    name = relation(table.name)
    triggers = [one for one in table.triggers.values() if column.name in one.columns or one.when]
    drops = (f"DROP TRIGGER {identifier(one.name)} ON {name}" for one in triggers)
    type_ = f"TYPE {column.type} COLLATE {collation}"
    alter = f"ALTER TABLE {name} ALTER {identifier(column.name)} {type_}"
    return (*drops, alter, *(one.definition for one in triggers))


OPERATORS = (Operator("column-collation", "The column's texts compare as bytes.", _bytewise),)
"""One operator a way to compare."""
