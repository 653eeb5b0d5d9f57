"""Constraints and indexes that are there under another name, told by what they are. Pure.

Tables, columns, enums and functions are told by ``database/naming``.
"""

from __future__ import annotations

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
    found = list[Renamed]()
    for name, table in contract.tables.items():
        if there := catalog.tables.get(name):
            found += _indexes(table, there, home)
    return (*found, *_constraints(contract, catalog, home))


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
