"""What is there under another name: columns, enums, constraints and indexes. Pure.

A column by its type and by how its name is written, an enum by its labels, the others by what they
are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from vrss_contract.checks.table import judge_fact
from vrss_contract.checks.table.same_index import serving
from vrss_contract.contract.model import Contract, FactPromise, Table
from vrss_contract.database.catalog.facts import Catalog, CatalogTable
from vrss_contract.doctor import same_by_another_name as namesake
from vrss_contract.sql.literal import identifier, qualified

_ASPECTS = ("key", "foreign_key", "check", "exclusion")


@dataclass(frozen=True, slots=True)
class Renamed:
    """A declared thing, and the name it has."""

    sort: str
    wanted: str
    found: str
    ddl: str


def renamed(contract: Contract, catalog: Catalog) -> tuple[Renamed, ...]:
    """All that is called otherwise, each with the DDL that gives it its declared name."""
    home = contract.schemas[0]
    found = [*_enums(contract, catalog, home)]
    for name, table in contract.tables.items():
        if there := catalog.tables.get(name):
            found += _columns(table, there, home)
            found += _indexes(table, there, home)
    return (*found, *_constraints(contract, catalog, home))


def _enums(contract: Contract, catalog: Catalog, home: str) -> Iterator[Renamed]:
    beyond = {name: labels for name, labels in catalog.enums.items() if name not in contract.enums}
    for name, enum in contract.enums.items():
        if name in catalog.enums:
            continue
        same = [other for other, labels in beyond.items() if set(labels) == set(enum.labels)]
        if same:
            beyond.pop(same[0])
            ddl = f"ALTER TYPE {qualified(same[0], home)} RENAME TO {identifier(name)};"
            yield Renamed("enum", name, same[0], ddl)


def _columns(table: Table, there: CatalogTable, home: str) -> Iterator[Renamed]:
    declared = {column.name for column in table.columns}
    beyond = {_spelt(name): name for name in there.columns if name not in declared}
    alter = f"ALTER TABLE {qualified(table.name, home)} RENAME COLUMN"
    for column in table.columns:
        other = beyond.get(_spelt(column.name))
        if column.name not in there.columns and other:
            ddl = f"{alter} {identifier(other)} TO {identifier(column.name)};"
            yield Renamed("column", f"{table.name}.{column.name}", f"{table.name}.{other}", ddl)


def _spelt(name: str) -> str:
    """A name without what languages write differently: ``firstName`` is ``first_name``."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _indexes(table: Table, there: CatalogTable, home: str) -> Iterator[Renamed]:
    for index in table.indexes:
        if index.name in there.indexes or not (found := serving(index, there)):
            continue
        other = found[0].name
        if other not in {one.name for one in table.indexes} and not found[0].constraint:
            ddl = f"ALTER INDEX {qualified(other, home)} RENAME TO {identifier(index.name)};"
            yield Renamed("index", index.name, other, ddl)


def _constraints(contract: Contract, catalog: Catalog, home: str) -> Iterator[Renamed]:
    for clause in contract.clauses:
        promise = clause.promise
        if not isinstance(promise, FactPromise) or promise.aspect not in _ASPECTS:
            continue
        if judge_fact(promise, catalog) == ():
            continue
        other = namesake.of(promise, contract, catalog).partition(",")[0]
        table = catalog.tables.get(promise.table)
        if not other or table is None:
            continue
        alter, name = f"ALTER TABLE {qualified(promise.table, home)}", identifier(promise.name)
        ddl = f"{alter} RENAME CONSTRAINT {identifier(other)} TO {name};"
        if other in table.indexes and other not in table.constraints:
            ddl = f"{alter} ADD CONSTRAINT {name} UNIQUE USING INDEX {identifier(other)};"
        yield Renamed("key", promise.name, other, ddl)
