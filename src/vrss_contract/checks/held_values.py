"""What columns of a row hold, asked of the server, and compared with what they should hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from vrss_contract.checks.verdict import Finding
from vrss_contract.contract.model import Row, Table
from vrss_contract.database.row_factory import Factory, equals
from vrss_contract.sql.literal import identifier, text
from vrss_contract.sql.type_name import unsized

_UNEQUAL = frozenset({"json", "xml", "point", "box", "circle", "path", "polygon", "lseg"})
"""Types whose ``=`` is missing, or compares something less than the value."""


def question(table: Table, gives: Mapping[str, str], factory: Factory) -> str:
    """SQL that makes an object: column to whether it is so, and both values as text.

    A value is read as the declared type by way of its text, for the column itself may be of
    another: then nothing says that the two can be compared.

    Args:
        table: what the row, called ``t``, is of.
        gives: column to the SQL expression for what it should hold.
        factory: who knows which types the server has of itself.
    """
    pairs = []
    for name, expression in gives.items():
        type_ = factory.read_as(table.column(name))
        column, wanted = f"t.{identifier(name)}::text", f"CAST({expression} AS {type_})"
        if type_ in _UNEQUAL:
            same = f"{column} IS NOT DISTINCT FROM {wanted}::text"
        else:
            found = column if type_ == "text" else f"CAST({column} AS {unsized(type_)})"
            same = f"{found} IS NOT DISTINCT FROM {wanted}"
        pairs.append(f"{text(name)}, json_build_array({same}, {column}, {wanted}::text)")
    return f"json_build_object({', '.join(pairs)})"


def where(table: Table, row: Row, alias: str = "") -> str:
    """The condition that a row holds these values."""
    types = {column.name: column.type for column in table.columns}
    return " AND ".join(
        equals(f"{alias}{identifier(name)}", value, types[name]) for name, value in row.items()
    )


def differences(because: str, told: Mapping[str, Sequence[Any]], repeat: str) -> Iterator[Finding]:
    """A finding for each column that does not hold what it should."""
    for name, (same, found, wanted) in told.items():
        if not same:
            yield Finding(because, f"{name} = {wanted}", f"{name} = {found}", repeat)
