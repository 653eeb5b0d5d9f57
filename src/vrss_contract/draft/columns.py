"""A column of the catalog as the contract declares it."""

from __future__ import annotations

import re
from typing import Any

from vrss_contract.database.catalog.facts import Catalog, CatalogColumn, Sequence
from vrss_contract.sql.type_name import short

_SERIALS = {"smallint": "smallserial", "integer": "serial", "bigint": "bigserial"}
_LAST = {"smallint": 2**15 - 1, "integer": 2**31 - 1, "bigint": 2**63 - 1}


def entry(column: CatalogColumn, catalog: Catalog) -> dict[str, Any]:
    """The column's entry, without what checks say of its values."""
    if serial := serial_type(column, catalog):
        return {"name": column.name, "type": serial}
    told: dict[str, Any] = {"name": column.name, "type": short(column.type)}
    if column.nullable:
        told["nullable"] = True
    if column.identity:
        told["identity"] = column.identity
    elif column.generated:
        told["generated"] = column.default
    elif column.default:
        told["default"] = _literal(column) or column.default
    if column.collation:
        told["collation"] = column.collation
    return told


def _literal(column: CatalogColumn) -> str:
    """The constant that the default is, without the cast to the column's own type."""
    found = re.fullmatch(r"('(?:[^']|'')*')::(.+)", column.default)
    own = {column.type, column.type.partition("(")[0], "text"}
    return found[1] if found and found[2] in own else ""


def serial_type(column: CatalogColumn, catalog: Catalog) -> str:
    """``bigserial`` and its like where the column is what that stands for; else nothing."""
    sequence = catalog.sequences.get(column.sequence)
    if sequence is None or column.nullable or column.identity:
        return ""
    plain = re.fullmatch(r"nextval\('(?:[^']|'')+'::regclass\)", column.default)
    whole = plain and _counts_all(sequence, column.type)
    return _SERIALS.get(column.type, "") if whole else ""


def _counts_all(sequence: Sequence, type_: str) -> bool:
    return (
        sequence.increment == 1
        and not sequence.cycles
        and sequence.maximum == _LAST.get(type_, 0)
        and sequence.minimum == 1
    )
