"""Rows from a dataset into tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import psycopg
from psycopg import sql

from vrss_contract.data.dataset import Copied, Dataset, Looked, Offered, Prepared, Selected
from vrss_contract.data.dataset.asking import home, run
from vrss_contract.data.dataset.failing import Failing
from vrss_contract.data.dataset.numbering import meant
from vrss_contract.data.dataset.offering import offer
from vrss_contract.data.dataset.progress import Meter
from vrss_contract.sql.literal import named, parts, relation


def write(
    connection: psycopg.Connection[Any], dataset: Dataset, meter: Meter, failing: Failing
) -> Counter[str]:
    """Write all portions in order; returns how many rows each table got."""
    written: Counter[str] = Counter()
    first, said = home(connection), meant(connection)
    for portion in dataset.portions():
        if isinstance(portion, Looked):
            portion.answer(connection.execute(portion.query.encode()).fetchall())
            continue
        if isinstance(portion, Prepared):
            failing.writing("what other tables are made from")
            run(connection, said(portion.statement))
            continue
        table = _declared(portion.table, first)
        failing.writing(table)
        count = _written(connection, portion, said)
        written[table] += count
        meter.wrote(count)
    return written


def _declared(table: str, first: str) -> str:
    """The contract's name of a table that a statement may call by its schema and in quotes."""
    words = parts(table)
    return named(*(words[1:] if words[0] == first else words))


def _written(
    connection: psycopg.Connection[Any],
    portion: Copied | Selected | Offered,
    said: Callable[[str], str],
) -> int:
    if isinstance(portion, Offered):
        return offer(connection, portion)
    if isinstance(portion, Selected):
        return run(connection, said(portion.statement))
    table = sql.SQL(relation(portion.table))
    columns = sql.SQL(", ").join(map(sql.Identifier, portion.columns))
    with connection.cursor() as cursor:
        with cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(table, columns)) as copy:
            for row in portion.values:
                copy.write_row(row)
        return cursor.rowcount
