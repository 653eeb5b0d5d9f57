"""Rows from a dataset into tables.

Knows the forms that portions have; does not know the transaction that they are written in.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import psycopg
from psycopg import sql

from vrss_contract.data.dataset import Copied, Dataset, Prepared, Selected
from vrss_contract.data.dataset.asking import run
from vrss_contract.data.dataset.failing import Failing
from vrss_contract.data.dataset.progress import Meter


def write(
    connection: psycopg.Connection[Any], dataset: Dataset, meter: Meter, failing: Failing
) -> Counter[str]:
    """Write all portions in order; returns how many rows each table got."""
    written: Counter[str] = Counter()
    for portion in dataset.portions():
        if isinstance(portion, Prepared):
            failing.writing("what other tables are made from")
            run(connection, portion.statement)
            continue
        failing.writing(portion.table)
        count = _written(connection, portion)
        written[portion.table] += count
        meter.wrote(count)
    return written


def _written(connection: psycopg.Connection[Any], portion: Copied | Selected) -> int:
    if isinstance(portion, Selected):
        return run(connection, portion.statement)
    table = sql.Identifier("public", portion.table)
    columns = sql.SQL(", ").join(map(sql.Identifier, portion.columns))
    with connection.cursor() as cursor:
        with cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(table, columns)) as copy:
            for row in portion.values:
                copy.write_row(row)
        return cursor.rowcount
