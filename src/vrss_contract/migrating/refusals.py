"""A migration that fails on a full database: which hazard that is."""

from __future__ import annotations

import psycopg
from psycopg import errors

from vrss_contract.database.loader import said
from vrss_contract.migrating.applied import ON_ROWS, Refused
from vrss_contract.migrating.findings import MigrationFinding
from vrss_contract.migrating.hazards import finding, held_locks, lock_words
from vrss_contract.migrating.work import Tables
from vrss_contract.target.migrations import Migration

_HOW = {
    "goose": ", below -- +goose NO TRANSACTION",
    "sql-migrate": ", with -- +migrate Up notransaction",
    "dbmate": ", with -- migrate:up transaction:false",
    "Liquibase": ", as a changeset with runInTransaction:false",
}


def refused(
    migration: Migration, failed: Refused, tool: str, tables: Tables
) -> MigrationFinding | None:
    """The hazard, or None for a statement that fails whatever rows there are."""
    code = _code(failed.error)
    if not code:
        return None
    held = held_locks(failed.transaction, tables) if failed.transaction else ()
    lock = max(held, key=lambda one: one.mode == "ACCESS EXCLUSIVE", default=None)
    told = f"; {lock_words(lock)}" if lock else ""
    diag = failed.error.diag
    words = (
        {"tool": tool or "its tool", "how": _HOW.get(tool, "")} if code == "in-transaction" else {}
    )
    return finding(
        code,
        migration.name,
        (failed.step.file, failed.step.line),
        seen=f"it failed: {said(failed.error).splitlines()[0]}{told}",
        table=diag.table_name or "",
        column=diag.column_name or "",
        lock=lock,
        **words,
    )


def _code(error: psycopg.Error) -> str:
    if isinstance(error, errors.UnsafeNewEnumValueUsage):
        return "enum-label-used"
    if isinstance(error, errors.ActiveSqlTransaction):
        return "in-transaction"
    if isinstance(error, errors.NotNullViolation):
        return "not-null-without-default"
    return "fails-on-rows" if (error.sqlstate or "").startswith(ON_ROWS) else ""
