"""The work on all rows of a table that a statement did, told from what was seen of it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from vrss_contract.migrating.sight import STOPS_WRITERS, Sight, WatchedTable

Tables = Mapping[int, WatchedTable]
"""By OID."""
SCAN = "scan-under-lock"
"""The code of work of which nothing more is known than that all rows were read."""
_CODES = {"f": "foreign-key-validated", "c": "check-validated"}


@dataclass(frozen=True, slots=True)
class TableWork:
    """Work on all rows of a table."""

    code: str
    oid: int
    what: str
    column: str = ""


def works(sight: Sight, tables: Tables) -> Iterator[TableWork]:
    """The work on all rows that one statement did, under a lock that stops others."""
    for oid, table in tables.items():
        if not table.rows or sight.locks.get(oid, 0) < STOPS_WRITERS:
            continue
        rows = f"{table.rows:,} rows"
        named = [*_constraints(sight, oid, rows), *_indexes(sight, oid, rows)]
        if rewritten(sight, oid):
            yield _rewrite(sight, oid, rows)
            continue
        yield from named
        if named or not read_whole(sight, table):
            continue
        typed, required = _typed(sight, oid), _required(sight, oid)
        if typed:
            yield TableWork("type-change", oid, f"{typed}: {rows} were read", typed.split()[0])
        elif required:
            what = f"{rows} were read to see that {required} is never NULL"
            yield TableWork("set-not-null", oid, what, required)
        elif not _referred(sight, oid):
            yield TableWork(SCAN, oid, f"{rows} were read")


def _rewrite(sight: Sight, oid: int, rows: str) -> TableWork:
    if typed := _typed(sight, oid):
        return TableWork("type-change", oid, f"{typed}: {rows} were written anew", typed.split()[0])
    return TableWork("rewrite", oid, f"{rows} were written anew")


def rewritten(sight: Sight, oid: int) -> bool:
    """Whether the table has another file now, and is not just emptied."""
    before, after = (one.tables.get(str(oid)) for one in (sight.before, sight.after))
    if not before or not after or before["file"] == after["file"]:
        return False
    return "truncate" not in sight.sql.lower()


def updated_whole(sight: Sight, table: WatchedTable) -> int:
    """How many rows were changed, where those are all that the table has."""
    count = sight.counted(table.oid, "updated")
    return count if table.rows and count >= table.rows else 0


def read_whole(sight: Sight, table: WatchedTable) -> bool:
    """Whether as many rows were read as the table has."""
    return bool(table.rows) and sight.counted(table.oid, "read") >= table.rows


def _constraints(sight: Sight, oid: int, rows: str) -> Iterator[TableWork]:
    """Those of the table that are new, or newly valid, and were held against its rows."""
    for key, one in _of(sight.after.constraints, oid):
        was = sight.before.constraints.get(key)
        fresh = one["validated"] and not (was and was["validated"])
        if fresh and one["type"] in _CODES:
            code = _CODES[one["type"]]
            yield TableWork(code, oid, f"{rows} were held against {one['name']}")


def _referred(sight: Sight, oid: int) -> bool:
    """Whether a new foreign key of another table is to this one."""
    return any(
        one["to"] == oid and key not in sight.before.constraints
        for key, one in sight.after.constraints.items()
    )


def _indexes(sight: Sight, oid: int, rows: str) -> Iterator[TableWork]:
    for key, one in _of(sight.after.indexes, oid):
        if key not in sight.before.indexes:
            yield TableWork("index-without-concurrently", oid, f"{one['name']} was built of {rows}")


def _of(found: Mapping[str, Mapping[str, Any]], oid: int) -> list[tuple[str, Mapping[str, Any]]]:
    return [(key, one) for key, one in found.items() if one["table"] == oid]


def _typed(sight: Sight, oid: int) -> str:
    """The column whose type is another now, and how."""
    for key, one in _of(sight.after.columns, oid):
        was = sight.before.columns.get(key)
        if was and was["type"] != one["type"]:
            return f"{one['name']} became {one['spelt']} of {was['spelt']}"
    return ""


def _required(sight: Sight, oid: int) -> str:
    """The column that may be NULL no more."""
    for key, one in _of(sight.after.columns, oid):
        was = sight.before.columns.get(key)
        if was and one["required"] and not was["required"]:
            return str(one["name"])
    return ""
