"""What may go wrong with enumerated types: a label less, more, or in another place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from vrss_contract.database.catalog.facts import Catalog
from vrss_contract.mutation.mutant import Mutant, Operator, Schema
from vrss_contract.sql.literal import relation, text


def _types(schema: Schema) -> Iterator[Mutant]:
    for name, labels in schema.catalog.enums.items():
        tables = _tables(name, schema.catalog)
        for place in ("", f" BEFORE {text(labels[0])}") if labels else ("",):
            ddl = f"ALTER TYPE {relation(name)} ADD VALUE 'mutated'{place}"
            yield replace(
                _mutant("label-added", name, place.strip(), (ddl,), tables), level="should"
            )
        for label in labels:
            ddl = f"ALTER TYPE {relation(name)} RENAME VALUE {text(label)} TO 'mutated'"
            yield _mutant("label-renamed", name, label, (ddl,), tables)
        for one, other in pairwise(labels):
            swapped = (
                f"ALTER TYPE {relation(name)} RENAME VALUE {text(one)} TO 'mutated'",
                f"ALTER TYPE {relation(name)} RENAME VALUE {text(other)} TO {text(one)}",
                f"ALTER TYPE {relation(name)} RENAME VALUE 'mutated' TO {text(other)}",
            )
            yield replace(
                _mutant("labels-exchanged", name, f"{one}, {other}", swapped, tables),
                level="should",
            )
        ddl = f"ALTER TYPE {relation(name)} RENAME TO mutated"
        yield replace(_mutant("type-renamed", name, "", (ddl,), tables), level="should")


def _tables(enum: str, catalog: Catalog) -> tuple[str, ...]:
    return tuple(
        table.name
        for table in catalog.tables.values()
        if any(one.type in {enum, f"{enum}[]"} for one in table.columns.values())
    )


def _mutant(
    operator: str, name: str, what: str, ddl: Sequence[str], tables: tuple[str, ...]
) -> Mutant:
    return Mutant(operator, name, what, tuple(ddl), tables=tables)


OPERATORS = (
    Operator("label-added", "An enumerated type has a label more.", _types),
    Operator("label-renamed", "A label has another name.", _types),
    Operator("labels-exchanged", "Two labels stand in each other's place.", _types),
    Operator("type-renamed", "An enumerated type has another name.", _types),
)
"""Operators of types."""
