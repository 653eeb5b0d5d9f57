"""How a document is read from its table."""

from __future__ import annotations

from vrss_contract.contract.declared import Shape
from vrss_contract.contract.relations import Table
from vrss_contract.sql.literal import identifier, text


def key_columns(table: Table) -> tuple[str, ...]:
    """The columns that tell a row from any other: its primary key's, or else where it lies."""
    return next((key.columns for key in table.keys if key.primary), ("ctid",))


def row_key(table: Table) -> str:
    """SQL that gives a row's key: the column, or the columns of several as one text."""
    columns = ", ".join(map(identifier, key_columns(table)))
    return columns if len(key_columns(table)) == 1 else f"concat_ws(', ', {columns})"


def expression(shape: Shape, alias: str = "") -> str:
    """SQL that gives a row's document as JSON text, NULL where there is none.

    Args:
        shape: whose columns are read.
        alias: what the query calls the table, or nothing.
    """
    columns = {name: _column(name, alias) for name in shape.columns}
    if len(columns) == 1:
        return f"CAST({columns[shape.column]} AS text)"
    members = ", ".join(f"{text(name)}, {column}" for name, column in columns.items())
    document = f"CAST(jsonb_build_object({members}) AS text)"
    return f"CASE WHEN {columns[shape.column]} IS NOT NULL THEN {document} END"


def _column(name: str, alias: str) -> str:
    return f"{identifier(alias)}.{identifier(name)}" if alias else identifier(name)
