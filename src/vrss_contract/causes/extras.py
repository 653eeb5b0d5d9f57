"""What is there beyond the contract and changes or refuses rows. Pure.

Tables, columns and functions that nobody declared stay: to drop them may lose data, and they are in
nobody's way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from vrss_contract.causes.renamed import renamed
from vrss_contract.checks.table.same_index import serving
from vrss_contract.contract.model import Contract, Table
from vrss_contract.database.catalog.facts import Catalog, CatalogTable
from vrss_contract.doctor.structure import in_the_way
from vrss_contract.sql.literal import identifier, qualified


@dataclass(frozen=True, slots=True)
class Extra:
    """Something that nobody declared, and what takes it out of the way."""

    says: str
    name: str
    ddl: str


def extras(contract: Contract, catalog: Catalog) -> Iterator[Extra]:
    """Constraints, triggers, unique indexes, rules and required columns beyond the declared."""
    called = frozenset(one.found for one in renamed(contract, catalog))
    for name, table in contract.tables.items():
        there = catalog.tables.get(name)
        if there is None:
            continue
        of = qualified(name, contract.schemas[0])
        yield from _constraints(table, there, called, of)
        yield from _indexes(table, there, called, contract.schemas[0])
        declared = {trigger.name for trigger in table.triggers}
        for trigger in there.triggers.values():
            if trigger.name not in declared | called:
                ddl = f"DROP TRIGGER {identifier(trigger.name)} ON {of};"
                yield Extra(f"{name} has the trigger {trigger.name}", trigger.name, ddl)
    for found in in_the_way(contract, catalog):
        yield Extra(f"{found.because}: {found.found}", found.because.split()[1], found.repair)


def _constraints(
    table: Table, there: CatalogTable, called: frozenset[str], of: str
) -> Iterator[Extra]:
    declared = {one.name for one in table.keys} | {one.name for one in table.foreign_keys}
    declared |= {one.name for one in table.checks} | {one.name for one in table.excludes}
    for one in there.constraints.values():
        if one.name not in declared | called and one.kind != "not null":
            ddl = f"ALTER TABLE {of} DROP CONSTRAINT {identifier(one.name)};"
            yield Extra(f"{table.name} has the constraint {one.name}", one.name, ddl)


def _indexes(
    table: Table, there: CatalogTable, called: frozenset[str], home: str
) -> Iterator[Extra]:
    taken = {found[0].name for one in table.indexes if (found := serving(one, there))}
    declared = {one.name for one in table.indexes} | taken | called
    for one in there.indexes.values():
        if one.unique and not one.constraint and one.name not in declared:
            ddl = f"DROP INDEX {qualified(one.name, home)};"
            yield Extra(f"{table.name} has the unique index {one.name}", one.name, ddl)
