"""The parts of statements that make declared things, as SQL text. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from vrss_contract.checks.table.answer import one_line
from vrss_contract.contract.model import Check, Column, Key
from vrss_contract.sql.literal import identifier, text

WAITS: Mapping[str, str] = {
    "": "",
    "immediate": " DEFERRABLE",
    "deferred": " DEFERRABLE INITIALLY DEFERRED",
}


def events(events: Iterable[str]) -> str:
    """The events, their words in capitals and their columns as they are."""
    spelt = []
    for event in events:
        kind, of, columns = event.partition(" of ")
        spelt.append(f"{kind.upper()} OF {columns}" if of else kind.upper())
    return " OR ".join(spelt)


def column(column: Column) -> str:
    """A column as CREATE TABLE has it."""
    words = [identifier(column.name), column.type + collation(column)]
    if column.identity:
        words.append(f"GENERATED {column.identity.upper()} AS IDENTITY")
    elif column.generated:
        words.append(f"GENERATED ALWAYS AS ({one_line(column.generated)}) STORED")
    elif column.default is not None:
        words.append(f"DEFAULT {one_line(column.default)}")
    return " ".join([*words, *([] if column.nullable else ["NOT NULL"])])


def collation(column: Column) -> str:
    """COLLATE, where the column has a collation of its own."""
    return f" COLLATE {column.collation}" if column.collation else ""


def key(key: Key) -> str:
    """A key as CREATE TABLE has it."""
    kind = "PRIMARY KEY" if key.primary else "UNIQUE"
    nulls = "" if key.nulls_distinct else " NULLS NOT DISTINCT"
    return f"{kind}{nulls} ({listed(key.columns)}){include(key.include)}{WAITS[key.deferrable]}"


def check(check: Check) -> str:
    """A CHECK as CREATE TABLE has it."""
    return f"CHECK ({one_line(check.expression)}){' NO INHERIT' if check.no_inherit else ''}"


def include(columns: Sequence[str]) -> str:
    """INCLUDE, where a key or an index carries more columns."""
    return f" INCLUDE ({listed(columns)})" if columns else ""


def listed(columns: Iterable[str]) -> str:
    """Names as SQL, one after the other."""
    return ", ".join(map(identifier, columns))


def labels(name: str, wanted: Sequence[str], there: Sequence[str]) -> Iterator[str]:
    """ADD VALUE for each label that is not there, beside one that then is."""
    for place, label in enumerate(wanted):
        if label not in there:
            beside = f"AFTER {text(wanted[place - 1])}" if place else f"BEFORE {text(there[0])}"
            yield f"ALTER TYPE {name} ADD VALUE {text(label)} {beside};"
