"""What an index costs: room, and work for every row that is written.

Knows how the same rows are written with it and without it, in a transaction that is undone; does
not know who reads by it. Counted in blocks touched and bytes logged, which don't vary as times do.
"""

from __future__ import annotations

from dataclasses import dataclass

import psycopg
from psycopg import sql

from vrss_contract.query.without import without

_ROWS = 1000
_SIZE = "SELECT pg_relation_size(%s::regclass)"
_COLUMNS = """
SELECT attname FROM pg_catalog.pg_attribute
WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attname <> 'id'
ORDER BY attnum
"""
_KEYS = """
SELECT conname FROM pg_catalog.pg_constraint
WHERE conrelid = %s::regclass AND contype IN ('u', 'x')
"""
_WRITE = """
EXPLAIN (ANALYZE, BUFFERS, WAL, TIMING OFF, SUMMARY OFF, FORMAT JSON)
INSERT INTO {table} ({columns}) SELECT {columns} FROM {table} ORDER BY id LIMIT {rows}
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """What it takes to keep an index."""

    size: int
    """Bytes."""
    blocks_a_row: float
    """Blocks that are touched more for each row that is inserted."""
    log_a_row: float
    """Bytes of log that are written more for each row that is inserted."""


def cost(connection: psycopg.Connection, table: str, index: str) -> Cost:
    """The cost of one index.

    Raises:
        psycopg.Error: there is no such index.
    """
    (size,) = connection.execute(_SIZE, [f"public.{index}"]).fetchone() or (0,)
    blocks, log, rows = _written(connection, table, ())
    fewer_blocks, less_log, _ = _written(connection, table, (index,))
    rows = max(rows, 1)
    return Cost(int(size), (blocks - fewer_blocks) / rows, (log - less_log) / rows)


def _written(
    connection: psycopg.Connection, table: str, lacking: tuple[str, ...]
) -> tuple[int, int, int]:
    """Blocks touched, bytes logged and rows, where copies of rows are inserted.

    Keys and triggers are out of the way: a copy would be refused by the ones, and the others are
    not the index's work.
    """
    name = sql.Identifier("public", table)
    qualified = f"public.{table}"
    keys = [str(row[0]) for row in connection.execute(_KEYS, [qualified])]
    columns = sql.SQL(", ").join(
        sql.Identifier(str(row[0])) for row in connection.execute(_COLUMNS, [qualified])
    )
    with without(connection, (*keys, *lacking)):
        connection.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(name))
        statement = sql.SQL(_WRITE).format(table=name, columns=columns, rows=sql.Literal(_ROWS))
        (explained,) = connection.execute(statement).fetchone() or ([],)
    top = explained[0]["Plan"]
    touched = top["Shared Hit Blocks"] + top["Shared Read Blocks"]
    return touched, top["WAL Bytes"], round(top["Plans"][0]["Actual Rows"])
