"""``python -m benchmarks.exists``: a pgTAP suite of the kind people write, for the schema as it is.

Writes fixtures/pgtap/exists.sql: that each table, column, key, index, trigger, enumerated type and
function is there by its name, and what the common assertions say of a column: its type, NOT NULL,
that it has a default. What a check, a body, a predicate or a delete does, such suites leave out.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests import paths

from vrss_contract.database.catalog.facts import Catalog, CatalogColumn, CatalogTable
from vrss_contract.database.catalog.read import read
from vrss_contract.database.scratch import Databases
from vrss_contract.postgres.choose import choose
from vrss_contract.sql.literal import text
from vrss_contract.target import sqlfile

_ASSERTION = re.compile(r"^SELECT ((?!plan\(|\* FROM).+);$", re.MULTILINE)


def file() -> Path:
    """Where the suite is."""
    return paths.fixtures() / "pgtap" / "exists.sql"


def assertions(suite: str) -> tuple[str, ...]:
    """The assertions of a suite that has one a line."""
    return tuple(_ASSERTION.findall(suite))


def written(catalog: Catalog) -> str:
    """The suite, as a file for psql."""
    made = [one for table in catalog.tables.values() for one in _of_table(table)]
    for name, labels in catalog.enums.items():
        made += [_call("has_enum", name), f"enum_has_labels({text(name)}, {_array(labels)})"]
    made += [_call("has_function", name) for name in dict.fromkeys(_functions(catalog))]
    return "\n".join(
        [
            "-- Made by `python -m benchmarks.exists`: a pgTAP suite of the kind people write.",
            "BEGIN;",
            f"SELECT plan({len(made)});",
            *(f"SELECT {one};" for one in made),
            "SELECT * FROM finish();",
            "ROLLBACK;",
            "",
        ]
    )


def _functions(catalog: Catalog) -> Iterator[str]:
    return (function.name for function in catalog.functions)


def _of_table(table: CatalogTable) -> Iterator[str]:
    yield _call("has_table", table.name)
    for column in table.columns.values():
        yield from _of_column(table.name, column)
    yield from _of_constraints(table)
    for index in table.indexes.values():
        yield _call("has_index", table.name, index.name)
    for trigger in table.triggers.values():
        yield _call("has_trigger", table.name, trigger.name)


def _of_column(table: str, column: CatalogColumn) -> Iterator[str]:
    yield _call("has_column", table, column.name)
    yield _call("col_type_is", table, column.name, column.type)
    if not column.nullable:
        yield _call("col_not_null", table, column.name)
    if column.default:
        yield _call("col_has_default", table, column.name)


def _of_constraints(table: CatalogTable) -> Iterator[str]:
    constraints = sorted(table.constraints.values(), key=lambda one: (one.kind, one.name))
    for one in constraints:
        columns = _columns(one.columns)
        if one.kind == "primary key":
            yield f"col_is_pk({text(table.name)}, {columns})"
        elif one.kind == "unique":
            yield f"col_is_unique({text(table.name)}, {columns})"
        elif one.kind == "foreign key":
            parent = f"{text(one.references)}, {_columns(one.references_columns)}"
            yield f"fk_ok({text(table.name)}, {columns}, {parent})"
    if any(one.kind == "check" for one in constraints):
        yield _call("has_check", table.name)


def _columns(names: Sequence[str]) -> str:
    return text(names[0]) if len(names) == 1 else _array(names)


def _array(names: Sequence[str]) -> str:
    return f"ARRAY[{', '.join(map(text, names))}]"


def _call(function: str, *names: str) -> str:
    return f"{function}({', '.join(map(text, names))})"


def main() -> int:
    """Write the suite anew."""
    with choose("embedded") as server, Databases(server.access) as databases:
        database = databases.load(sqlfile.read(paths.schema()))
        with database.connect() as session:
            file().write_text(written(read(session)), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
