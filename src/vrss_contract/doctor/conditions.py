"""What rows of a table must not be, as SQL conditions drawn from its declaration.

Each is true of a row that breaks the declaration, whatever the catalog says of it. Pure.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vrss_contract.contract.model import Contract, ForeignKey, Key, Table
from vrss_contract.database.catalog.facts import Catalog, CatalogTable
from vrss_contract.sql.literal import identifier, qualified, text

_SIZED = re.compile(
    r"(?:varchar|character varying|char|character|bpchar)\s*\(\s*(\d+)\s*\)", re.IGNORECASE
)
_TEXTS = ("character", "text")


@dataclass(frozen=True, slots=True)
class Condition:
    """One way for a row to break its declaration."""

    about: str
    expected: str
    breaks: str
    """SQL, true of a row that breaks it."""


@dataclass(frozen=True, slots=True)
class DomainCheck:
    """What a domain of the live database refuses."""

    domain: str
    type: str
    """What it is made of."""
    condition: str
    """SQL on VALUE."""


def of_rows(
    table: Table, contract: Contract, catalog: Catalog, domains: Sequence[DomainCheck] = ()
) -> Iterator[Condition]:
    """What one row tells of alone: NULL, length, labels, checks; of columns that are there."""
    there = catalog.tables[table.name]
    yield from _columns(table, contract, catalog)
    for column in there.columns.values():
        for one in (one for one in domains if one.domain == column.type):
            yield _domain(column.name, one)
    for check in table.checks:
        # One that is optional is no promise where it is not there.
        if check.valid and (check.level != "may" or check.name in there.constraints):
            breaks = f"NOT ({check.expression.strip()}\n)"
            yield Condition(f"CHECK {check.name}", "the declared condition", breaks)
    for columns in table.ordered:
        if set(columns) <= there.columns.keys() and not _checked(columns, table):
            pairs = itertools.pairwise(columns)
            breaks = " OR ".join(f"{identifier(a)} >= {identifier(b)}" for a, b in pairs)
            yield Condition(f"the order of {', '.join(columns)}", "ascending values", breaks)


def _columns(table: Table, contract: Contract, catalog: Catalog) -> Iterator[Condition]:
    there = catalog.tables[table.name].columns
    for column in table.columns:
        if column.name not in there:
            continue
        name, live = identifier(column.name), there[column.name]
        if not column.nullable:
            # A function, since PostgreSQL takes IS NULL for false where the catalog says NOT NULL.
            yield Condition(f"NULL in {column.name}", "a value", f"num_nulls({name}) > 0")
        if (size := _SIZED.fullmatch(column.stored_type)) and live.type.startswith(_TEXTS):
            long = f"octet_length({name}) > {size[1]} AND char_length({name}) > {size[1]}"
            yield Condition(f"the length of {column.name}", f"at most {size[1]} characters", long)
        enum = contract.enums.get(column.stored_type)
        if enum and (live.type != enum.name or catalog.enums.get(enum.name) != enum.labels):
            labels = ", ".join(map(text, enum.labels))
            other = f"CAST({name} AS text) NOT IN ({labels})"
            yield Condition(f"the label in {column.name}", f"one of {enum.name}", other)
        if column.generated and live.generated != "virtual":
            made = f"CAST(({column.generated.strip()}\n) AS {live.type})"
            differs = f"{name} IS DISTINCT FROM {made}"
            yield Condition(f"what {column.name} is computed as", "the declared result", differs)


def _domain(column: str, one: DomainCheck) -> Condition:
    made = f"(SELECT CAST({identifier(column)} AS {one.type}) AS value)"
    return Condition(
        f"the domain {one.domain} in {column}",
        "what the domain takes",
        f"(SELECT NOT ({one.condition}) FROM {made} AS domain_value)",
    )


def _checked(columns: Sequence[str], table: Table) -> bool:
    return any(all(name in check.expression for name in columns) for check in table.checks)


def source(table: Table, home: str) -> str:
    """The table's own rows, as FROM takes them; those of partitions with them."""
    only = "" if table.form == "partitioned table" else "ONLY "
    return f"{only}{qualified(table.name, home)}"


def repeated(key: Key, table: Table, home: str) -> str:
    """A query of the values of a key that stand in more than one row."""
    columns = ", ".join(map(identifier, key.columns))
    some = f" WHERE num_nulls({columns}) = 0" if key.nulls_distinct else ""
    return (
        f"SELECT {columns}, count(*) AS rows FROM {source(table, home)}{some}"
        f" GROUP BY {columns} HAVING count(*) > 1"
    )


def orphans(key: ForeignKey, table: Table, parent: Table, home: str) -> str:
    """The rows whose parent is not there, as FROM takes them, the table called ``here``."""
    same = " AND ".join(f"there.{identifier(b)} = here.{identifier(a)}" for a, b in key.pairs)
    refers = ", ".join(f"here.{identifier(name)}" for name in key.referring)
    missing = f"NOT EXISTS (SELECT FROM {source(parent, home)} AS there WHERE {same})"
    whole = f"num_nulls({refers}) = 0 AND {missing}"
    if key.match == "full" and len(key.referring) > 1:
        whole = f"({whole}) OR num_nulls({refers}) BETWEEN 1 AND {len(key.referring) - 1}"
    return f"{source(table, home)} AS here WHERE {whole}"


def answerable(columns: Sequence[str], table: CatalogTable | None) -> bool:
    """Whether the table is there with these columns."""
    return table is not None and set(columns) <= table.columns.keys()
