"""Which columns the server holds at fault where it refuses a row."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import psycopg

from vrss_contract.database.catalog import facts
from vrss_contract.draft import types
from vrss_contract.draft.types import Types

_TYPE = re.compile(r"type (?:\"?)([\w .\"]+?)\"?(?::|$)")


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the server said of a row."""

    columns: tuple[str, ...]
    """Those at fault, as far as it told; none where other values would not help."""
    key: bool
    """Whether the row was one too many of its kind."""
    message: str


def refusal_of(error: psycopg.Error, table: facts.CatalogTable, types_: Types) -> Refusal:
    """What the server's error says of the columns of the row that it refused."""
    diag = error.diag
    if isinstance(error, psycopg.errors.QueryCanceled):  # once is enough to wait that long
        return Refusal((), key=False, message="it did not end in its time")
    key = isinstance(error, psycopg.errors.UniqueViolation | psycopg.errors.ExclusionViolation)
    message = diag.message_primary or type(error).__name__
    columns = _blamed(error, table, types_)
    known = [name for name in columns if name in table.columns and _open(table, name)]
    everything = [name for name in table.columns if _required(table, name)]
    return Refusal(tuple(dict.fromkeys(known or everything)), key, message)


def _blamed(error: psycopg.Error, table: facts.CatalogTable, types_: Types) -> Iterable[str]:
    diag = error.diag
    if constraint := table.constraints.get(diag.constraint_name or ""):
        named = [name for name in table.columns if name in constraint.columns]
        return named or spoken_of(constraint.definition, table)
    if index := table.indexes.get(diag.constraint_name or ""):
        return spoken_of(index.definition, table)
    if diag.column_name:
        return [diag.column_name]
    if table.partition_by and isinstance(error, psycopg.errors.CheckViolation):
        return spoken_of(table.partition_by, table)
    typed = diag.datatype_name or _named_type(diag.message_primary or "")
    return [
        name
        for name, column in table.columns.items()
        if typed and typed in _within(column.type, types_)
    ]


def _named_type(message: str) -> str:
    found = _TYPE.search(message)
    return found[1] if found else ""


def _within(type_: str, types_: Types) -> set[str]:
    """The names of the type and of those that it is made of, without schemas."""
    name, found = types.stripped(type_), set[str]()
    while name and name not in found:
        found |= {name, name.rpartition(".")[2].strip('"')}
        name = types.stripped(types_[name].inner) if name in types_ else ""
    return found


def spoken_of(sql: str, table: facts.CatalogTable) -> list[str]:
    """The table's columns whose names stand in the SQL."""
    return [name for name in table.columns if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", sql)]


def _open(table: facts.CatalogTable, name: str) -> bool:
    """Whether a row may say the column."""
    column = table.columns[name]
    return not (column.generated or column.identity or column.sequence)


def _required(table: facts.CatalogTable, name: str) -> bool:
    column = table.columns[name]
    plain = not (column.nullable or column.default)
    return plain and _open(table, name) and not refers(table, name)


def refers(table: facts.CatalogTable, name: str) -> bool:
    """Whether the column is part of a reference."""
    return any(
        name in one.columns for one in table.constraints.values() if one.kind == "foreign key"
    )
