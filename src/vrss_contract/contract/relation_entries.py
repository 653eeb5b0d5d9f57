"""Entries that declare a part of the schema, as values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vrss_contract.contract.entry import Entry
from vrss_contract.contract.relations import (
    Check,
    Column,
    Enum,
    Exclusion,
    ForeignKey,
    Function,
    Index,
    Key,
    SchemaObject,
    Table,
    Trigger,
)
from vrss_contract.sql.type_name import short


def table(entry: Entry) -> Table:
    """A table with its columns, constraints, indexes and triggers."""
    raw = entry.raw
    security = raw.get("row_security", False)
    return Table(
        name=raw["id"],
        phase=raw.get("phase", 0),
        says=raw["says"],
        columns=tuple(map(_column, raw["columns"])),
        keys=tuple(map(_key, raw.get("keys", ()))),
        foreign_keys=tuple(map(_foreign_key, raw.get("foreign_keys", ()))),
        checks=tuple(Check(**one) for one in raw.get("checks", ())),
        indexes=tuple(Index(**_frozen(one)) for one in raw.get("indexes", ())),
        triggers=tuple(Trigger(**_frozen(one)) for one in raw.get("triggers", ())),
        place=entry.place,
        form=raw.get("is", "table"),
        parents=tuple(raw.get("parents", ())),
        partition_by=raw.get("partition_by", ""),
        bounds=raw.get("bounds", ""),
        persistence=raw.get("persistence", "permanent"),
        row_security="enabled" if security is True else security or "",
        comment=raw.get("comment", True),
        excludes=tuple(Exclusion(**one) for one in raw.get("excludes", ())),
        ordered=tuple(map(tuple, raw.get("ordered", ()))),
        totals=tuple(map(tuple, raw.get("totals", ()))),
        waives=tuple(raw.get("waives", ())),
    )


def enum(entry: Entry) -> Enum:
    """An enumerated type."""
    raw = entry.raw
    return Enum(raw["id"], raw.get("phase", 0), raw["says"], tuple(raw["labels"]), entry.place)


def function(entry: Entry) -> Function:
    """A function."""
    fields = {key: value for key, value in entry.raw.items() if key not in ("id", "kind", "source")}
    return Function(**{"phase": 0, **_frozen(fields)}, name=entry.raw["id"], place=entry.place)


def schema_object(entry: Entry) -> SchemaObject:
    """An object that is declared to be there, and nothing more of it."""
    raw = entry.raw
    return SchemaObject(raw["id"], raw["is"], raw["says"], short(raw.get("type", "")), entry.place)


def _column(raw: Mapping[str, Any]) -> Column:
    """A column, its type spelt one way, so that whatever looks at the type knows it."""
    return Column(**_frozen({**raw, "type": short(raw["type"])}))


def _key(raw: Mapping[str, Any]) -> Key:
    primary = "primary" in raw
    fields = {key: value for key, value in raw.items() if key not in ("primary", "unique")}
    columns = tuple(raw["primary" if primary else "unique"])
    return Key(**_frozen(fields), columns=columns, primary=primary)


def _foreign_key(raw: Mapping[str, Any]) -> ForeignKey:
    columns = tuple(raw.get("columns", (raw.get("column"),)))
    several = columns if len(columns) > 1 else ()
    return ForeignKey(**_frozen({**raw, "column": columns[0], "columns": several}))


def _frozen(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The fields with lists as tuples; an example stays as it is."""
    return {
        key: tuple(value) if isinstance(value, list) and key != "example" else value
        for key, value in raw.items()
    }
