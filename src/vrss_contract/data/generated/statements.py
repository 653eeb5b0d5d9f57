"""The statements that write drawn rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vrss_contract.data.generated.keys import Row
from vrss_contract.data.generated.values import written
from vrss_contract.sql.literal import identifier, text


def select(table: str, columns: Sequence[str]) -> str:
    """All rows of the table by these columns, as texts."""
    named = ", ".join(f"{identifier(name)}::text" for name in columns) or "1"
    return f"SELECT {named} FROM {table}"


def insert(into: str, columns: Sequence[str], returning: Sequence[str], rows: Sequence[Row]) -> str:
    """One INSERT of all the rows; a column that a row lacks gets its default."""
    back = ", ".join(f"{identifier(name)}::text" for name in returning) or "1"
    used = [name for name in columns if any(name in row for row in rows)]
    if not columns:
        # A row without a single value of ours, of which one statement makes one.
        return ";\n".join([f"INSERT INTO {into} DEFAULT VALUES RETURNING {back}"] * len(rows))
    # What has no column to be named gets its default by name.
    named = used or list(columns[:1])
    lines = ",\n".join(f"({', '.join(_cell(row, name) for name in named)})" for row in rows)
    return (
        f"INSERT INTO {into} ({', '.join(map(identifier, named))})"
        f" OVERRIDING SYSTEM VALUE VALUES\n{lines}\nRETURNING {back}"
    )


def update(table: str, primary: Sequence[str], rows: Sequence[tuple[Row, Row]]) -> str:
    """An UPDATE for each row: by its key, to new values."""
    return ";\n".join(
        f"UPDATE {table} SET {_equal(values, ', ')}"
        f" WHERE {_equal({name: key[name] for name in primary}, ' AND ')}"
        for key, values in rows
    )


def _cell(row: Row, name: str) -> str:
    if name not in row:
        return "DEFAULT"
    return _literal(row[name])


def _literal(value: Any) -> str:
    return "NULL" if value is None else text(written(value))


def _equal(values: Row, between: str) -> str:
    return between.join(f"{identifier(name)} = {_literal(value)}" for name, value in values.items())
