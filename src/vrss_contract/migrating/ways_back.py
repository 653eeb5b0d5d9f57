"""Going back: forth, back and forth again on a copy, and what is otherwise afterwards."""

from __future__ import annotations

from dataclasses import dataclass, replace

import psycopg

from vrss_contract.database.catalog.every_object import Facts, Item, every_object
from vrss_contract.database.loader import said
from vrss_contract.database.scratch import Database, Databases
from vrss_contract.migrating.contents import Contents, contents, differences
from vrss_contract.migrating.findings import MigrationFinding
from vrss_contract.migrating.hazards import finding
from vrss_contract.migrating.steps import failure
from vrss_contract.target import Statement
from vrss_contract.target.migrations import Migration

_TOLD = 3


@dataclass(frozen=True, slots=True)
class WayBack:
    """What became of it."""

    word: str
    findings: tuple[MigrationFinding, ...] = ()


def tried(migration: Migration, database: Database, databases: Databases, home: str) -> WayBack:
    """Go forth, back and forth on a copy of the database as it was before the migration.

    Args:
        migration: one with a way back.
        database: nobody is in it.
        databases: where copies are made.
        home: the schema that names do not say.
    """
    copy = replace(databases.create(database), timeout=database.timeout)
    try:
        return _tried(migration, copy, home)
    finally:
        databases.drop(copy)


def _tried(migration: Migration, copy: Database, home: str) -> WayBack:
    before, objects = _rows(copy, home), _objects(copy)
    if failure(migration, copy):
        return WayBack("none")  # told of the way forth
    forth = _rows(copy, home)
    if failed := failure(replace(migration, steps=migration.back), copy):
        return WayBack("fails", (_fails(migration, *failed, "the way back"),))
    after, otherwise = _rows(copy, home), _otherwise(objects, _objects(copy))
    found = [_told("back-differs", migration, "forth and back", otherwise)] if otherwise else []
    told = {"forth and back": differences(before, after)}
    if failed := failure(migration, copy):
        if not found:
            found = [_fails(migration, *failed, "the way forth, once gone back,")]
    else:
        told["forth, back and forth"] = differences(forth, _rows(copy, home))
    lost = [_told("back-loses-data", migration, *one) for one in told.items() if one[1]][:1]
    word = "differs" if lost or found else "same"
    return WayBack(word, (*lost, *found))


def _rows(database: Database, home: str) -> Contents:
    with database.connect() as session:
        return contents(session, home)


def _objects(database: Database) -> dict[Item, Facts]:
    with database.connect() as session:
        return every_object(session, rows=False)


def _told(code: str, migration: Migration, way: str, told: tuple[str, ...]) -> MigrationFinding:
    more = f" and {len(told) - _TOLD} more" if len(told) > _TOLD else ""
    table = told[0].split()[0].partition(".")[0] if code == "back-loses-data" else ""
    seen = f"after {way}, {'; '.join(told[:_TOLD])}{more}"
    return finding(code, migration.name, _place(migration.back[0]), seen=seen, table=table)


def _otherwise(before: dict[Item, Facts], after: dict[Item, Facts]) -> tuple[str, ...]:
    """What of the catalog is not as it was; the order of columns is not looked at."""
    told = []
    for item in sorted({*before, *after}):
        if item.kind == "order" or before.get(item) == after.get(item):
            continue
        verb = "differs" if item in before and item in after else "is left"
        told.append(f"{_called(item)} {'is gone' if item not in after else verb}")
    return tuple(told)


def _called(item: Item) -> str:
    name = ".".join(part for part in (item.table, item.name) if part)
    return f"{item.kind} {name}"


def _fails(
    migration: Migration, step: Statement, error: psycopg.Error, way: str
) -> MigrationFinding:
    seen = f"{way} fails: {said(error).splitlines()[0]}"
    return finding("back-fails", migration.name, _place(step), seen=seen)


def _place(step: Statement) -> tuple[str, int]:
    return step.file, step.line
