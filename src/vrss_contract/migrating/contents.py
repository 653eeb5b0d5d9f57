"""The rows of a database in numbers: what went, and whether what came back is the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import psycopg

from vrss_contract.migrating.sight import WatchedTable
from vrss_contract.sql.literal import identifier, named

_TABLES = """
SELECT
    c.oid::bigint, n.nspname, c.relname,
    array_agg(a.attnum ORDER BY a.attnum) FILTER (WHERE a.attnum IS NOT NULL),
    array_agg(a.attname::text ORDER BY a.attnum) FILTER (WHERE a.attnum IS NOT NULL),
    array_agg(a.attgenerated = '' AND a.attidentity <> 'a' ORDER BY a.attnum)
    FILTER (WHERE a.attnum IS NOT NULL)
FROM pg_catalog.pg_class AS c
INNER JOIN pg_catalog.pg_namespace AS n ON c.relnamespace = n.oid
LEFT JOIN pg_catalog.pg_attribute AS a
    ON c.oid = a.attrelid AND a.attnum > 0 AND NOT a.attisdropped
WHERE
    c.relkind = 'r' AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
GROUP BY c.oid, n.nspname, c.relname
ORDER BY n.nspname, c.relname
"""


@dataclass(frozen=True, slots=True)
class ColumnContents:
    """The values of a column."""

    name: str
    values: int
    """Those that are not NULL."""
    digest: str
    """The same for the same values, in whatever order the rows are."""


@dataclass(frozen=True, slots=True)
class TableContents:
    """The rows of a table."""

    table: WatchedTable
    columns: Mapping[int, ColumnContents]
    """By number, which stays when the column gets another name."""


Contents = Mapping[int, TableContents]
"""By OID."""


def contents(session: psycopg.Connection[Any], home: str) -> dict[int, TableContents]:
    """What is in the tables of a database; names say their schema unless it is ``home``.

    Raises:
        psycopg.Error: a table can't be read.
    """
    found: dict[int, TableContents] = {}
    for oid, schema, name, numbers, names, plain in session.execute(_TABLES).fetchall():
        spelt = f"{identifier(schema)}.{identifier(name)}"
        columns = [identifier(column) for column in names or ()]
        counts = (
            f"count({column}), coalesce(sum(hashtextextended({column}::text, 0)), 0)::text"
            for column in columns
        )
        query = f"SELECT count(*), {', '.join(counts)}".rstrip(", ") + f" FROM ONLY {spelt}"
        rows, *values = session.execute(query.encode()).fetchone() or (0,)
        pairs = zip(values[::2], values[1::2], strict=True)
        each = {
            number: ColumnContents(column, int(count), digest)
            for number, column, (count, digest) in zip(
                numbers or (), names or (), pairs, strict=True
            )
        }
        writable = [column for column, may in zip(columns, plain or (), strict=True) if may]
        called = named("" if schema == home else schema, name)
        table = WatchedTable(oid, called, spelt, int(rows), writable[-1] if writable else "")
        found[oid] = TableContents(table, each)
    return found


@dataclass(frozen=True, slots=True)
class Loss:
    """Rows or values that were there before."""

    table: str
    column: str
    """Nothing where whole rows went."""
    count: int
    where: str
    """What became of it: ``dropped``, ``emptied``."""


def lost(before: Contents, after: Contents) -> tuple[Loss, ...]:
    """What went between two looks, unless the same is found elsewhere."""
    found: list[Loss] = []
    rows = {one.table.name: one.table.rows for one in after.values()}
    moved = _new(before, after)
    for oid, was in before.items():
        now = after.get(oid)
        if now is None:
            # A table that was written anew and took the name of this one.
            gone = was.table.rows - rows.get(was.table.name, 0)
            if gone > 0:
                found.append(Loss(was.table.name, "", gone, "dropped"))
            continue
        if now.table.rows < was.table.rows:
            found.append(Loss(was.table.name, "", was.table.rows - now.table.rows, "deleted"))
            continue
        for number, column in was.columns.items():
            left = now.columns.get(number)
            if left is None and column.values and column.digest not in moved:
                found.append(Loss(was.table.name, column.name, column.values, "dropped"))
            elif left and left.values < column.values:
                gone = column.values - left.values
                found.append(Loss(was.table.name, column.name, gone, "set to NULL"))
    return tuple(found)


def wants_rows(before: Contents, after: Contents) -> bool:
    """Whether there is a table or a column that was not there before, or a table that is empty."""
    same = all(
        oid in before and one.columns.keys() <= before[oid].columns.keys()
        for oid, one in after.items()
    )
    return not same or any(
        before[oid].table.rows and not one.table.rows for oid, one in after.items()
    )


def _new(before: Contents, after: Contents) -> set[str]:
    """The digests of columns that were not there before: values may have moved into one."""
    return {
        column.digest
        for oid, one in after.items()
        for number, column in one.columns.items()
        if oid not in before or number not in before[oid].columns
    }


def differences(before: Contents, after: Contents) -> tuple[str, ...]:
    """What is otherwise, by names: after a way back, OIDs and numbers are others."""
    now = {one.table.name: one for one in after.values()}
    told: list[str] = []
    for was in before.values():
        name, there = was.table.name, now.get(was.table.name)
        if there is None:
            told.append(f"{name} is not there")
        elif there.table.rows != was.table.rows:
            told.append(f"{name} has {there.table.rows:,} rows and had {was.table.rows:,}")
        else:
            told += _columns(was, there)
    return tuple(told)


def _columns(was: TableContents, now: TableContents) -> list[str]:
    there = {column.name: column for column in now.columns.values()}
    told: list[str] = []
    for column in was.columns.values():
        name, other = f"{was.table.name}.{column.name}", there.get(column.name)
        if other is None:
            told.append(f"{name} is not there")
        elif other.values != column.values:
            told.append(f"{name} has {other.values:,} values and had {column.values:,}")
        elif other.digest != column.digest:
            told.append(f"{name} has other values than before")
    return told
