"""What an index costs: room, and work for every row that is written.

The same rows are written to a table with this one index and with none, in a transaction that is
undone. Counted in blocks touched and bytes logged, which don't vary as times do. The table's other
indexes are away: whether one of them happens to split a page would be more than what is measured.
"""

from __future__ import annotations

from dataclasses import dataclass

import psycopg
from psycopg import sql

from vrss_contract.performance.query.drop_indexes import indexes, without
from vrss_contract.sql.literal import identifier, parts

_SIZE = "SELECT pg_catalog.pg_relation_size(%s::regclass)"
_COLUMNS = """
SELECT attname FROM pg_catalog.pg_attribute
LEFT JOIN pg_catalog.pg_attrdef ON adrelid = attrelid AND adnum = attnum
WHERE
    attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped
    AND attidentity = '' AND attgenerated = ''
    AND COALESCE(pg_catalog.pg_get_expr(adbin, adrelid), '') NOT LIKE 'nextval(%%'
ORDER BY attnum
"""
"""The columns that a copy of a row shares with it: the others count on by themselves."""
_STEP = "SELECT greatest(count(*) / 1000, 1) FROM {table}"
_WRITE = """
EXPLAIN (ANALYZE, BUFFERS, WAL, TIMING OFF, SUMMARY OFF, FORMAT JSON)
INSERT INTO {table} ({columns})
SELECT {columns}
FROM (SELECT *, pg_catalog.row_number() OVER () AS nth_ FROM {table}) AS numbered
WHERE nth_ % {step} = 0
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """What it takes to keep an index."""

    size: int
    """Bytes."""
    blocks_a_row: float | None
    """Blocks that are touched more for each row that is inserted; None for a unique index that does
    not take the copy of a row."""
    log_a_row: float | None
    """Bytes of log that are written more for each row that is inserted."""


@dataclass(frozen=True, slots=True)
class _Work:
    """What was done to write some rows."""

    rows: int
    blocks: int
    log: int


def cost(connection: psycopg.Connection, table: str, index: str) -> Cost:
    """The cost of one index.

    Raises:
        psycopg.Error: there is no such index.
    """
    (size,) = connection.execute(_SIZE, [identifier(index)]).fetchone() or (0,)
    every = {name for name, of in indexes(connection).items() if of == table}
    try:
        having = _written(connection, table, every - {index})
    except psycopg.errors.UniqueViolation:
        return Cost(int(size), None, None)
    lacking = _written(connection, table, every)
    rows = max(having.rows, 1)
    blocks, log = having.blocks - lacking.blocks, having.log - lacking.log
    return Cost(int(size), blocks / rows, log / rows)


def _written(connection: psycopg.Connection, table: str, lacking: set[str]) -> _Work:
    """The work to copy about a thousand of the table's rows, from all over it, into it.

    Triggers are off: what they do is not the index's work.
    """
    name = sql.Identifier(*parts(table))
    columns = sql.SQL(", ").join(
        sql.Identifier(str(row[0]))
        for row in connection.execute(_COLUMNS, [name.as_string(connection)])
    )
    (step,) = connection.execute(sql.SQL(_STEP).format(table=name)).fetchone() or (1,)
    with without(connection, lacking):
        connection.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(name))
        statement = sql.SQL(_WRITE).format(table=name, columns=columns, step=sql.Literal(step))
        (explained,) = connection.execute(statement).fetchone() or ([],)
    top = explained[0]["Plan"]
    (source,) = top["Plans"]
    return _Work(round(source["Actual Rows"]), _blocks(top) - _blocks(source), top["WAL Bytes"])


def _blocks(node: dict[str, int]) -> int:
    return node["Shared Hit Blocks"] + node["Shared Read Blocks"]
