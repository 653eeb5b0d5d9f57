"""Contracts made by hand for tests of what is drawn from them."""

from __future__ import annotations

from typing import Any

from vrss_contract.contract.model import Contract
from vrss_contract.contract.relations import Check, Column, ForeignKey, Key, Table


def table(name: str, *columns: Column, **more: Any) -> Table:
    """A table with a key ``id`` where it has such a column and no other key is said."""
    has_id = any(column.name == "id" for column in columns)
    keys = more.pop("keys", (Key(f"{name}_pkey", ("id",), primary=True),) if has_id else ())
    return Table(name, 0, "", columns, keys, **more)


def contract(*tables: Table) -> Contract:
    return Contract({one.name: one for one in tables}, {}, {}, ())


def reference(
    column: str, parent: str, *more: str, targets: tuple[str, ...] = ("id",)
) -> ForeignKey:
    """A foreign key of one column or several."""
    several = (column, *more) if more else ()
    return ForeignKey(f"{column}_fkey", column, parent, columns=several, references_columns=targets)


def check(expression: str) -> Check:
    return Check("a_check", expression)


ID = Column("id", "bigserial")
