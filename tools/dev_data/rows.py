"""Rows of a table, and the SQL file that psql can load them from.

Knows how values are written and what has to stand around the rows: triggers off and on again, and
the sequence of the ids. Does not know any table.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vrss_contract.sql.literal import literal, text

_FILE = """\
-- Written by `python -m tools.dev_data --write`; a change belongs there.
-- sqlfluff:max_line_length:0

ALTER TABLE {table} DISABLE TRIGGER USER;

{statement};

ALTER TABLE {table} ENABLE TRIGGER USER;
"""
_INSERT = "INSERT INTO {table} (\n    {columns}\n)\nVALUES\n{rows}"
_SEQUENCE = """\

SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id) + 1, FALSE)
FROM {table};
"""


class Expression(str):
    """SQL that computes a value, where a literal can't say it."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a table, in the order of ``columns``."""

    table: str
    columns: tuple[str, ...]
    values: Sequence[tuple[Any, ...]]

    def file(self) -> str:
        """The SQL file that loads them; parents have to be there."""
        rows = ",\n".join(_row(values) for values in self.values)
        columns = ",\n    ".join(self.columns)
        insert = _INSERT.format(table=self.table, columns=columns, rows=rows)
        return wrapped(self.table, insert) + _SEQUENCE.format(table=self.table)


def rows_of(table: str, columns: str, values: Iterable[Sequence[Any]]) -> Rows:
    """Rows of a table; the columns' names stand in one text."""
    return Rows(table, tuple(columns.split()), tuple(tuple(row) for row in values))


def document(value: Any) -> str | None:
    """A JSON document as text; nothing for None, which is SQL's NULL."""
    return None if value is None else json.dumps(value, ensure_ascii=False)


def wrapped(table: str, statement: str) -> str:
    """A file of one statement, with the triggers of its table off meanwhile."""
    return _FILE.format(table=table, statement=statement)


def _row(values: Iterable[Any]) -> str:
    return f"({', '.join(_shown(values))})"


def _shown(values: Iterable[Any]) -> Iterator[str]:
    for value in values:
        if isinstance(value, Expression):
            yield value
        elif isinstance(value, datetime):
            yield text(value.isoformat(sep=" "))
        else:
            yield literal(value, "bigint[]")
