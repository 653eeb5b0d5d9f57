"""A contract of any schema, written from its catalog and judged before it is handed out.

What a catalog says becomes declarations; rows are tried to find examples; what does not hold of the
schema itself is waived, with its reason in NOTES.md.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import psycopg

from vrss_contract.checks.verdict import Verdict
from vrss_contract.database.catalog.facts import Catalog
from vrss_contract.database.catalog.read import read, schemas_of
from vrss_contract.database.scratch import Database, Databases
from vrss_contract.draft import folder, notes, objects, prove, table, types
from vrss_contract.draft.examples import Finder
from vrss_contract.target import Target

Entry = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Draft:
    """A contract folder's files by name, and what is in it."""

    files: dict[str, str]
    tables: int
    clauses: int
    waived: tuple[Verdict, ...]
    unheld: tuple[Verdict, ...]
    """Clauses that do not hold and that no entry can waive."""


def draft(
    target: Target,
    databases: Databases,
    manifest: Entry,
    doing: Callable[[str], None] = lambda _: None,
) -> Draft:
    """A contract of what the target makes.

    Args:
        target: whose schemas are read, in a database of its own that is dropped afterwards.
        databases: of the server.
        manifest: what contract.yaml says beside the schemas.
        doing: told what is done before.

    Raises:
        TroubleError: the target does not load.
    """
    doing(f"loading {target.name}")
    database = databases.load(target)
    try:
        return _drafted(target, databases, database, manifest, doing)
    finally:
        databases.drop(database)


def _drafted(
    target: Target,
    databases: Databases,
    database: Database,
    manifest: Entry,
    doing: Callable[[str], None],
) -> Draft:
    with database.connect() as session:
        schemas = schemas_of(session)
        catalog = read(session, schemas)
        doing("trying rows")
        entries = _with_examples(entries_of(catalog), catalog, session, schemas)
    manifest = manifest | ({} if schemas == ("public",) else {"schemas": list(schemas)})
    doing("judging the draft")
    proof = prove.proven(manifest, entries, target, databases, database)
    told = notes.text(manifest["name"], proof.entries, catalog, proof.waived, proof.unheld)
    return Draft(
        files={**folder.files(manifest, proof.entries), folder.NOTES: told},
        tables=len(catalog.tables),
        clauses=len(proof.contract.clauses),
        waived=proof.waived,
        unheld=proof.unheld,
    )


def entries_of(catalog: Catalog) -> list[Entry]:
    """An entry for all that the catalog holds."""
    return [
        *(table.entry(one, catalog) for one in catalog.tables.values()),
        *objects.enums(catalog),
        *objects.functions(catalog),
        *objects.others(catalog),
    ]


def _with_examples(
    entries: list[Entry],
    catalog: Catalog,
    session: psycopg.Connection[Any],
    schemas: tuple[str, ...],
) -> list[Entry]:
    """The entries with examples by which rows are taken; the session's rows are undone."""
    contract = prove.contract_of(folder.files({"name": "draft", "schemas": list(schemas)}, entries))
    by_id = {entry["id"]: entry for entry in entries if entry["kind"] == "table"}
    known = types.read(session)
    # A trigger that ends the session ends the search; what was found until then is kept.
    with contextlib.suppress(psycopg.OperationalError), session.transaction(force_rollback=True):
        finder = Finder(session, catalog, known, contract)
        for name, declared in contract.tables.items():
            if declared.holds_rows:
                by_id[name] = finder.solved(by_id[name])
    return [by_id[e["id"]] if e["kind"] == "table" else e for e in entries]
