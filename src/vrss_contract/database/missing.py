"""What a contract declares and a database does not have, and what stands in for it.

A thing that is missing keeps only that from being judged that touches it. Where a database is to be
full of rows, something stands in for it, so that the rows can be written and all else be asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from vrss_contract.contract.model import Column, Contract, Table
from vrss_contract.database.catalog.facts import Catalog, CatalogColumn
from vrss_contract.sql.literal import identifier, literal, parts, qualified
from vrss_contract.sql.spoken import words

_WHOLE = re.compile(r"(?i)\*|json|_agg\b|\brow\b")
"""What can read a whole row, and so a column that is not named; to be sure of it takes long."""


@dataclass(frozen=True, slots=True)
class MissingThing:
    """A table, column or enum that is not there."""

    sort: str
    name: str
    """Of a column, without its table."""
    table: str = ""

    @property
    def what(self) -> str:
        """Such as ``column orders.placed_on``."""
        return f"{self.sort} {self.table}.{self.name}" if self.table else f"{self.sort} {self.name}"

    def __str__(self) -> str:
        """The reason why what touches it can't be judged."""
        return f"{self.what} is missing"

    def named_in(self, text: str) -> bool:
        """Whether SQL, or what the server says of it, names it."""
        return parts(self.name)[-1] in words(text)


def missing(contract: Contract, catalog: Catalog) -> tuple[MissingThing, ...]:
    """All that is missing; of a table that is, no column."""
    there = catalog.tables
    enums = (MissingThing("enum", name) for name in contract.enums if name not in catalog.enums)
    tables = (MissingThing("table", name) for name in contract.tables if name not in there)
    columns = (
        MissingThing("column", column.name, name)
        for name, table in contract.tables.items()
        if name in there
        for column in table.columns
        if column.name not in there[name].columns
    )
    return (*enums, *tables, *columns)


def touched(
    texts: Iterable[str], lacking: Iterable[MissingThing], contract: Contract
) -> MissingThing | None:
    """The first of the missing things that a text touches, be it by an asterisk."""
    spoken = [text for text in texts if text]
    return next((one for one in lacking for text in spoken if _touches(text, one, contract)), None)


def _touches(text: str, one: MissingThing, contract: Contract) -> bool:
    if not one.table:
        return one.named_in(text)
    if parts(one.table)[-1] not in words(text) or not (one.named_in(text) or _WHOLE.search(text)):
        return False
    # Here, since what resolves names takes long to import, and most targets lack nothing.
    from vrss_contract.sql.reads import reads  # noqa: PLC0415

    columns = {
        parts(name)[-1]: tuple(column.name for column in table.columns)
        for name, table in contract.tables.items()
    }
    read = reads(text, columns)
    return one.named_in(text) if read is None else (parts(one.table)[-1], one.name) in read


def stand_ins(contract: Contract, catalog: Catalog) -> Iterator[str]:
    """Statements after which the rows of a dataset can be written, whatever is missing.

    A column that nobody declared and that every row has to say takes NULL as well.
    """
    home = contract.schemas[0]
    for one in missing(contract, catalog):
        if one.sort == "enum":
            labels = ", ".join(map(literal, contract.enums[one.name].labels))
            yield f"CREATE TYPE {qualified(one.name, home)} AS ENUM ({labels})"
        elif one.sort == "table":
            yield _table(contract.tables[one.name], home)
        else:
            declared = {column.name: column for column in contract.tables[one.table].columns}
            column = _column(declared[one.name])
            yield f"ALTER TABLE {qualified(one.table, home)} ADD COLUMN {column}"
    for table, beyond in required(contract, catalog):
        alter = f"ALTER TABLE {qualified(table, home)} ALTER COLUMN"
        yield f"{alter} {identifier(beyond.name)} DROP NOT NULL"


def required(contract: Contract, catalog: Catalog) -> Iterator[tuple[str, CatalogColumn]]:
    """Columns that nobody declared and that every row has to say."""
    for name, table in contract.tables.items():
        declared = {column.name for column in table.columns}
        there = catalog.tables.get(name)
        for column in there.columns.values() if there else ():
            idle = column.nullable or column.default or column.identity or column.generated
            if column.name not in declared and not idle:
                yield name, column


def _table(table: Table, home: str) -> str:
    """Columns and keys: what refers to it, and what it refers to, is not asked of a stand-in."""
    keys = (
        f"{'PRIMARY KEY' if key.primary else 'UNIQUE'} ({', '.join(map(identifier, key.columns))})"
        for key in table.keys
    )
    entries = [*map(_column, table.columns), *keys]
    return f"CREATE TABLE {qualified(table.name, home)} ({', '.join(entries)})"


def _column(column: Column) -> str:
    made = f" GENERATED {column.identity.upper()} AS IDENTITY" if column.identity else ""
    if column.generated:
        made = f" GENERATED ALWAYS AS ({column.generated}) STORED"
    elif column.default is not None and not column.numbered:
        made = f" DEFAULT {column.default}"
    return f"{identifier(column.name)} {column.type}{made}"
