"""Columns: type, nullability, default.

What a declared column means in the catalog, bigserial included.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vrss_contract.checks import same_type
from vrss_contract.checks.table.answer import Answer, Missing, Part, absent, differing, one_line
from vrss_contract.checks.verdict import Finding
from vrss_contract.contract.model import Column
from vrss_contract.database.catalog import facts
from vrss_contract.database.catalog.facts import Catalog
from vrss_contract.sql.expression import canonical
from vrss_contract.sql.type_name import formatted

_LAST = {"smallserial": 2**15 - 1, "serial": 2**31 - 1, "bigserial": 2**63 - 1}
"""The highest number that the sequence of a serial column gives."""
_HIGHEST = {"smallint": 2**15 - 1, "integer": 2**31 - 1, "bigint": 2**63 - 1}
_NEXT = re.compile(r"nextval\('(?:[^']|'')+'::regclass\)")
_NO_DEFAULT = "no default"


def type_(expected: Column, table: facts.CatalogTable, catalog: Catalog) -> Answer:
    """The column is there, of that type or one that holds as much; its text is sorted as declared.

    What it takes beyond the declared is told by the clauses on rows.
    """
    name = f"{table.name}.{expected.name}"
    column = table.columns.get(expected.name)
    if column is None:
        return absent(name, _wanted_type(expected), "column")
    if not same_type.serves(expected, column, catalog):
        return _other_type(expected, name, column)
    found = "rows longer than a page are refused" if column.whole else "values of any length"
    return differing([(f"{name} is kept whole in its row", "values of any length", found)])


def type_exact(expected: Column, table: facts.CatalogTable, catalog: Catalog) -> Answer:
    """The column is of the declared type itself."""
    column = table.columns.get(expected.name)
    if column is None:
        return Missing(f"column {table.name}.{expected.name}")
    if not same_type.serves(expected, column, catalog):
        return Missing(f"column {table.name}.{expected.name} of such a type")
    return _other_type(expected, f"{table.name}.{expected.name}", column)


def _other_type(expected: Column, name: str, column: facts.CatalogColumn) -> tuple[Finding, ...]:
    wanted = _wanted_type(expected)
    found = f"{column.type} collate {column.collation}" if column.collation else column.type
    return differing([(f"{name} is of another {_difference(wanted, column)}", wanted, found)])


def _wanted_type(expected: Column) -> str:
    wanted = formatted(expected.type)
    return f"{wanted} collate {expected.collation}" if expected.collation else wanted


def nullability(expected: Column, table: facts.CatalogTable, _: Catalog) -> Answer:
    """The column takes NULL, or refuses it."""
    name = f"{table.name}.{expected.name}"
    column = table.columns.get(expected.name)
    if column is None:
        return Missing(f"column {name}")
    because = f"{name} {'takes' if column.nullable else 'refuses'} NULL"
    return differing([(because, _nullability(expected.nullable), _nullability(column.nullable))])


def default(expected: Column, table: facts.CatalogTable, catalog: Catalog) -> Answer:
    """What the column holds when nothing is said; neither identity nor generated."""
    name = f"{table.name}.{expected.name}"
    column = table.columns.get(expected.name)
    if column is None:
        return Missing(f"column {name}")
    if expected.type in _LAST:
        return differing(_serial(name, _LAST[expected.type], column, catalog))
    wanted, found = _declared(expected), shown_default(column)
    if _same_default(expected, column):
        found = wanted
    return differing([(f"{name} has another default", wanted, found)])


def numbers(expected: Column, table: facts.CatalogTable, catalog: Catalog) -> Answer:
    """The column's sequence gives ever higher numbers, as many as the column's type has."""
    name = f"{table.name}.{expected.name}"
    column = table.columns.get(expected.name)
    sequence = catalog.sequences.get(column.sequence) if column else None
    if column is None or sequence is None:
        return Missing(f"a sequence of {name}")
    last = min(_HIGHEST.get(column.type, sequence.maximum), _HIGHEST[expected.stored_type])
    begins = f"at {sequence.start}"
    ends = "no sooner" if sequence.maximum >= last else f"at {sequence.maximum}"
    return differing(
        [
            (f"{sequence.name} ends", "no sooner", ends),
            (f"{sequence.name} begins again", "no", "yes" if sequence.cycles else "no"),
            (f"{sequence.name} goes", "up", "up" if sequence.increment > 0 else "down"),
            (
                f"{sequence.name} begins",
                "low",
                "low" if 0 < sequence.start <= last // 2 else begins,
            ),
        ]
    )


def shown_default(column: facts.CatalogColumn) -> str:
    """The default as a person would declare it."""
    if column.identity:
        return f"generated {column.identity} as identity"
    if column.generated:
        return f"generated always as ({one_line(column.default)}) {column.generated}"
    return one_line(column.default) or _NO_DEFAULT


def _same_default(expected: Column, column: facts.CatalogColumn) -> bool:
    if column.identity or expected.identity:
        return column.identity == expected.identity
    if column.generated or expected.generated:
        sides = (expected.generated, column.default if column.generated else "")
        first, second = (canonical(side) if side else "" for side in sides)
        return first == second
    if not expected.default or not column.default:
        return not expected.default and not column.default
    sides = (expected.default, column.default)
    first, second = (canonical(side, into=column.type) for side in sides)
    return first == second


def _declared(expected: Column) -> str:
    if expected.identity:
        return f"generated {expected.identity} as identity"
    if expected.generated:
        return f"generated always as ({one_line(expected.generated)}) stored"
    return expected.default or _NO_DEFAULT


def _serial(name: str, last: int, column: facts.CatalogColumn, catalog: Catalog) -> Iterator[Part]:
    wanted = f"nextval of a sequence that {name} owns"
    # Which sequence it reads is known from the catalog's dependencies, however its name is spelt.
    numbered = column.identity == "by default" or _NEXT.fullmatch(column.default)
    if not column.sequence or not numbered:
        yield f"{name} has another default", wanted, shown_default(column)
        return
    sequence = catalog.sequences[column.sequence]
    yield f"{sequence.name} ends elsewhere", str(last), str(sequence.maximum)
    yield f"{sequence.name} takes other steps", "1", str(sequence.increment)
    yield f"{sequence.name} begins again", "no cycle", "cycle" if sequence.cycles else "no cycle"


def _difference(wanted: str, column: facts.CatalogColumn) -> str:
    if wanted == column.type:
        return "collation"
    same = wanted.partition("(")[0] == column.type.partition("(")[0]
    return "length" if same and "[]" not in wanted + column.type else "type"


def _nullability(nullable: bool) -> str:  # noqa: FBT001 - the fact itself
    return "nullable" if nullable else "not null"
