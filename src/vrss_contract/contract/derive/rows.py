"""Clauses on single rows: the boundary cases that a column's declaration implies.

Knows the limits of types, keys and references; does not know SQL beyond literals. A row says only
what matters, the factory fills the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from vrss_contract.contract.model import (
    Case,
    Clause,
    Column,
    Contract,
    ForeignKey,
    Given,
    Key,
    RowsPromise,
    Table,
)
from vrss_contract.sql.literal import literal, text

_VARCHAR = re.compile(r"varchar\((\d+)\)")
_BITS = {"smallint": 15, "integer": 31, "bigint": 63, "bigserial": 63}
_NOBODY, _BELOW_ALL = 999_999, 0
"""Ids that no row has; the second keeps an ordered pair in order."""


def of_table(table: Table, contract: Contract) -> Iterator[Clause]:
    """Every clause on single rows that the table's declaration implies."""
    taken = Case("nothing but what has no default", {})
    says = f"A row of {table.name} needs nothing but its required columns."
    yield _clause(table, "required-only", says, [taken])
    for column in table.columns:
        yield from _of_column(table, column, contract)
    for key in table.keys:
        yield _unique(table, key, contract)
    for foreign in table.foreign_keys:
        yield _orphan(table, foreign)


def _of_column(table: Table, column: Column, contract: Contract) -> Iterator[Clause]:
    name = f"{table.name}.{column.name}"
    null = Case("NULL", {column.name: None})
    if column.nullable:
        yield _clause(table, f"{column.name}.optional", f"{name} may be NULL.", [null])
    else:
        refused = Case("NULL", null.row, "not_null_violation", column=column.name)
        yield _clause(table, f"{column.name}.not-null", f"{name} is never NULL.", [refused])
    if column.default is not None or column.type == "bigserial":
        gives = {column.name: column.default} if column.default else {}
        left_out = Case("the column left out", {}, gives=gives, omits=(column.name,))
        says = f"A row that leaves out {name} gets {column.default or 'the next number'}."
        yield _clause(table, f"{column.name}.omitted", says, [left_out])
    if found := _VARCHAR.fullmatch(column.type):
        says = f"{name} holds at most {found[1]} characters."
        yield _clause(table, f"{column.name}.length", says, _lengths(column, int(found[1])))
    if column.type in contract.enums:
        says = f"{name} takes each label of {column.type} as written, and no other text tried."
        labels = contract.enums[column.type].labels
        cases = _listed(column, labels, "invalid_text_representation")
        yield _clause(table, f"{column.name}.labels", says, cases)
    if column.values:
        says = f"{name} takes {', '.join(column.values)} as written, and no other text tried."
        cases = _listed(column, column.values, "check_violation")
        yield _clause(table, f"{column.name}.values", says, cases)
    if column.type in _BITS and column.name not in _references(table):
        yield _range(table, column)


def _lengths(column: Column, longest: int) -> list[Case]:
    fits, over = "x" * longest, "x" * (longest + 1)
    refused = Case(f"{longest + 1} characters", {column.name: over}, "string_data_right_truncation")
    if column.values:
        return [refused]
    stored = {column.name: text(fits)}
    return [Case(f"{longest} characters", {column.name: fits}, gives=stored), refused]


def _listed(column: Column, values: Sequence[str], error: str) -> list[Case]:
    taken = [Case(f"{v!r} is listed", {column.name: v}, gives=_same(column, v)) for v in values]
    wrong = ("other", "", values[0].swapcase(), f" {values[0]}")
    return taken + [Case(f"{v!r} is not listed", {column.name: v}, error) for v in wrong]


def _range(table: Table, column: Column) -> Clause:
    edge = 2 ** _BITS[column.type]
    low, high = -edge, edge - 1
    least = low if column.minimum is None else column.minimum
    most = high if column.maximum is None else column.maximum
    below = "numeric_value_out_of_range" if least == low else "check_violation"
    above = "numeric_value_out_of_range" if most == high else "check_violation"
    name = column.name
    says = f"{table.name}.{name} takes whole numbers from {least} to {most}."
    cases = [
        Case("the least", {name: least}, gives=_same(column, least)),
        Case("the most", {name: most}, gives=_same(column, most)),
        Case("one below the least", {name: least - 1}, below),
        Case("one above the most", {name: most + 1}, above),
    ]
    return _clause(table, f"{name}.range", says, cases)


def _unique(table: Table, key: Key, contract: Contract) -> Clause:
    base = {name: _value(table, name, contract) for name in key.columns}
    given = (Given(table.name, base),)
    cases = [Case("the same again", base, "unique_violation", key.name, given=given)]
    for name in key.columns if not key.primary else ():
        row = {**base, name: _other(table, name, contract)}
        cases.append(Case(f"another {name}", row, given=given))
    says = f"No two rows of {table.name} have the same {' and '.join(key.columns)}."
    return _clause(table, f"{'-'.join(key.columns)}.unique", says, cases, key.name)


def _orphan(table: Table, key: ForeignKey) -> Clause:
    later = _references(table).index(key.column) + 1
    paired = any(k.references == key.references for k in table.foreign_keys[later:])
    row = {key.column: _BELOW_ALL if paired else _NOBODY}
    says = f"{table.name}.{', '.join(key.referring)} names a row of {key.references} that is there."
    case = Case("no such row", row, "foreign_key_violation", key.name)
    return _clause(table, f"{'-'.join(key.referring)}.orphan", says, [case], key.name)


def _value(table: Table, name: str, contract: Contract) -> Any:
    """A value for a column of a key; two references to one table get ids 1 and 3, in order."""
    column = table.column(name)
    if name in _references(table):
        return 1 if _is_first(table, name) else 3
    if column.type in contract.enums:
        return contract.enums[column.type].labels[0]
    return 501 if column.type in _BITS else _sample(column, 501)


def _other(table: Table, name: str, contract: Contract) -> Any:
    """Another value than ``_value``; id 2 lies between 1 and 3."""
    column = table.column(name)
    if name in _references(table):
        return 2
    if column.type in contract.enums:
        return contract.enums[column.type].labels[1]
    return 502 if column.type in _BITS else _sample(column, 502)


def _sample(column: Column, number: int) -> str:
    return str(column.example or "x{n}").replace("{n}", str(number))


def _is_first(table: Table, name: str) -> bool:
    foreign = {key.column: key.references for key in table.foreign_keys}
    same = [column for column, parent in foreign.items() if parent == foreign[name]]
    return same[0] == name


def _references(table: Table) -> list[str]:
    return [key.column for key in table.foreign_keys]


def _same(column: Column, value: Any) -> dict[str, str]:
    return {column.name: literal(value)}


def _clause(table: Table, suffix: str, says: str, cases: Sequence[Case], *objects: str) -> Clause:
    named = objects or (f"{table.name}.{suffix.split('.', maxsplit=1)[0]}",)
    promise = RowsPromise(table.name, tuple(cases))
    id_ = f"{table.name}.{suffix}"
    return Clause(id_, "rows", "must", says, promise, named, place=table.place, derived=True)
