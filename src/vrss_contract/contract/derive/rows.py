"""Clauses on single rows: the boundary cases that a column's declaration implies.

A row says only what matters, the factory fills the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from vrss_contract.contract.model import (
    SERIALS,
    Case,
    Clause,
    Column,
    Contract,
    ForeignKey,
    Given,
    Key,
    Row,
    RowsPromise,
    Table,
)
from vrss_contract.contract.row_values import RowValues
from vrss_contract.sql.literal import literal, relation, text

_VARCHAR = re.compile(r"varchar\((\d+)\)")
_SIZED = re.compile(r"(?:var)?char\((\d+)\)")
_BITS = {"smallint": 15, "integer": 31, "bigint": 63}
_BITS |= {serial: _BITS[stored] for serial, stored in SERIALS.items()}
_NOBODY, _NOBODY_SHORT, _BELOW_ALL = 999_999, 999, 0
"""Numbers of no row; the last keeps an ordered pair in order."""
_CALL = re.compile(r"([a-z_0-9]+)\s*\(", re.IGNORECASE)
_SAME_IN_A_TRANSACTION = frozenset({"now", "transaction_timestamp"} | {"array", "row", "coalesce"})
_SAME_IN_A_TRANSACTION |= {"numeric", "varchar", "char", "varying", "character", "timestamp", "bit"}
"""What may stand before a bracket in a default that is the same when asked once more."""
_LONGEST = 60


def of_table(table: Table, contract: Contract) -> Iterator[Clause]:
    """Every clause on single rows that the table's declaration implies."""
    if not table.holds_rows:
        return
    taken = Case("nothing but what has no default", {})
    says = f"A row of {table.name} needs nothing but its required columns."
    yield _clause(table, "required-only", says, [taken])
    values = RowValues(contract)
    for column in table.columns:
        if not column.generated:
            yield from _of_column(table, column, contract)
    for key in table.keys:
        # What the server computes, no row can say.
        if not any(table.column(name).generated for name in key.columns):
            yield _unique(table, key, contract, values)
    for foreign in table.foreign_keys:
        yield from _orphan(table, foreign, contract, values)


def _of_column(table: Table, column: Column, contract: Contract) -> Iterator[Clause]:
    name = f"{table.name}.{column.name}"
    null = Case("NULL", {column.name: None, **_none_with(table, column)})
    if _own_rules(column, contract):
        pass  # a domain may refuse NULL, and do so by another condition
    elif _routes_no_null(table, column, contract):
        pass  # refused because there is no partition for it
    elif column.nullable:
        yield _clause(table, f"{column.name}.optional", f"{name} may be NULL.", [null])
    else:
        refused = Case("NULL", {column.name: None}, "not_null_violation", column=column.name)
        yield _clause(table, f"{column.name}.not-null", f"{name} is never NULL.", [refused])
    refers = column.name in _references(table)
    if column.numbered or (column.default is not None and not refers):
        same_again = column.default is not None and not _volatile(column.default)
        gives = {column.name: str(column.default)} if same_again else {}
        left_out = Case("the column left out", {}, gives=gives, omits=(column.name,))
        says = f"A row that leaves out {name} gets {_one_line(column)}."
        yield _clause(table, f"{column.name}.omitted", says, [left_out])
    if found := _VARCHAR.fullmatch(column.type):
        says = f"{name} holds at most {found[1]} characters."
        cases = _lengths(column, int(found[1]), refers=refers)
        yield _clause(table, f"{column.name}.length", says, cases)
    if (labels := _labels(column, contract)) and not refers:
        says = f"{name} takes each label of {column.type} as written, and no other text tried."
        cases = _listed(column, labels, "invalid_text_representation")
        yield _clause(table, f"{column.name}.labels", says, cases)
    if column.values:
        says = f"{name} takes {', '.join(column.values)} as written, and no other text tried."
        cases = _listed(column, column.values, "check_violation")
        yield _clause(table, f"{column.name}.values", says, cases)
    if column.type in _BITS and not refers and _bounded(table, column):
        yield _range(table, column, RowValues(contract))


def _lengths(column: Column, longest: int, *, refers: bool) -> list[Case]:
    fits, over = "x" * longest, "x" * (longest + 1)
    refused = Case(f"{longest + 1} characters", {column.name: over}, "string_data_right_truncation")
    if column.values or refers:
        return [refused]
    stored = {column.name: text(fits)}
    return [Case(f"{longest} characters", {column.name: fits}, gives=stored), refused]


def _listed(column: Column, values: Sequence[str], error: str) -> list[Case]:
    taken = [Case(f"{v!r} is listed", {column.name: v}, gives=_same(column, v)) for v in values]
    tried = ("other", "", values[0].swapcase(), f" {values[0]}")
    wrong = [value for value in tried if value not in values]
    return taken + [Case(f"{v!r} is not listed", {column.name: v}, error) for v in wrong]


def _range(table: Table, column: Column, values: RowValues) -> Clause:
    edge = 2 ** _BITS[column.stored_type]
    low, high = -edge, edge - 1
    bounds = (column.minimum, column.floor, low)
    least = next(bound for bound in bounds if bound is not None)
    most = high if column.maximum is None else column.maximum
    lower = low if column.minimum is None else column.minimum
    below = "numeric_value_out_of_range" if lower == low else "check_violation"
    above = "numeric_value_out_of_range" if most == high else "check_violation"
    name = column.name
    says = f"{table.name}.{name} takes whole numbers from {least} to {most}."
    cases = [
        Case("the least", _untaken(table, name, least, values), gives=_same(column, least)),
        Case("the most", _untaken(table, name, most, values), gives=_same(column, most)),
        Case("one below the least", {name: lower - 1}, below),
        Case("one above the most", {name: most + 1}, above),
    ]
    return _clause(table, f"{name}.range", says, cases)


def _untaken(table: Table, name: str, value: int, values: RowValues) -> Row:
    """A row of that value, which is part of a key that a row of the baseline may have as well.

    Then it is of another row that the rest of the key refers to.
    """
    row: dict[str, Any] = {name: value, **_totalled(table, name, value)}
    if values.of_row(table, name, 1) != value:
        return row
    for key in table.keys if name in values.key(table) else ():
        for foreign in values.references(table, row):
            if name in key.columns and {*foreign.referring} & {*key.columns} - {name}:
                return {**values.referred(foreign, 2), **row}
    return row


def _totalled(table: Table, name: str, value: int) -> Row:
    """What the sum holds where that column is a part of it; the last part, where it is the sum."""
    sums = (group for group in table.totals if name in group)
    return {group[-1 if name == group[0] else 0]: value for group in sums}


def _unique(table: Table, key: Key, contract: Contract, values: RowValues) -> Clause:
    base = {name: _value(table, name, contract, values, 0) for name in key.columns}
    given = (Given(table.name, base),)
    cases = [Case("the same again", base, "unique_violation", key.name, given=given)]
    for name in key.columns if not key.primary else ():
        other = _value(table, name, contract, values, 1)
        if other != base[name] and not _shared(table, name):
            cases.append(Case(f"another {name}", {**base, name: other}, given=given))
    says = f"No two rows of {table.name} have the same {' and '.join(key.columns)}."
    return _clause(table, f"{'-'.join(key.columns)}.unique", says, cases, key.name)


def _orphan(
    table: Table, key: ForeignKey, contract: Contract, values: RowValues
) -> Iterator[Clause]:
    places = [column.name for column in table.columns]
    paired = any(
        other.references == key.references and places.index(other.column) > places.index(key.column)
        for other in table.foreign_keys
    )
    others = {name for one in table.foreign_keys if one != key for name in one.referring}
    own = [name for name in key.referring if name not in others] or list(key.referring)
    parent = contract.tables[key.references]
    row = {}
    for name, referred in key.pairs:
        if name in own:
            number = _BELOW_ALL if paired else _NOBODY
            row[name] = _nobodys(parent.column(referred), number, values)
        else:
            row[name] = values.of_row(parent, referred, 1)
    if any(_is_choice(parent.column(referred), contract) for _, referred in key.pairs):
        return  # every value may be that of a row
    what = ", ".join(key.referring)
    says = f"{table.name}.{what} names a row of {key.references} that is there."
    case = Case("no such row", row, "foreign_key_violation", key.name)
    yield _clause(table, f"{'-'.join(key.referring)}.orphan", says, [case], key.name)


def _nobodys(column: Column, number: int, values: RowValues) -> Any:
    """The value of no row's number; of a smaller such number where the column is short."""
    value = values.numbered(column, number)
    size = _SIZED.fullmatch(column.type)
    longest = int(size[1]) if size else _LONGEST
    return value if len(str(value)) <= longest else values.numbered(column, _NOBODY_SHORT)


def _value(table: Table, name: str, contract: Contract, values: RowValues, other: int) -> Any:
    """A value for a column of a key, or another one.

    Two references to one table are to the rows 1 and 3, in order; the row 2 lies in between.
    """
    column = table.column(name)
    for key in values.references(table, {name: True}):
        if name in key.referring:
            parent, referred = contract.tables[key.references], dict(key.pairs)[name]
            taken = values.row_referred(table, key, 101) - 1 - _rank(table, key)
            row = taken + (2 if other else 1 if not _rank(table, key) else 3)
            return values.of_row(parent, referred, row)
    if labels := _labels(column, contract):
        return labels[min(other, len(labels) - 1)]
    return values.numbered(column, 501 + other)


def _rank(table: Table, key: ForeignKey) -> int:
    """How many references to the same table a row needs before this one."""
    return RowValues.rank(table, key)


def _none_with(table: Table, column: Column) -> Row:
    """The columns that are NULL together with that one, by MATCH FULL."""
    whole = (key for key in table.foreign_keys if key.match == "full")
    return {name: None for key in whole if column.name in key.referring for name in key.referring}


def _routes_no_null(table: Table, column: Column, contract: Contract) -> bool:
    """Whether rows go to partitions by the column, and none is declared that would take NULL."""
    by = table.partition_by or ""
    if by.upper().startswith("HASH") or not _mentioned(column.name, by):
        return False
    parts = (one for one in contract.tables.values() if table.name in one.parents)
    return not any("NULL" in one.bounds or "DEFAULT" in one.bounds for one in parts)


def _mentioned(name: str, expression: str) -> bool:
    return bool(re.search(rf"\b{re.escape(name)}\b", expression))


def _shared(table: Table, name: str) -> bool:
    """Whether a reference of several columns has it, which another value of it would break."""
    return any(name in key.columns for key in table.foreign_keys)


def _references(table: Table) -> list[str]:
    return [name for key in table.foreign_keys for name in key.referring]


def _labels(column: Column, contract: Contract) -> tuple[str, ...]:
    named = {relation(enum.name): enum.labels for enum in contract.enums.values()}
    return named.get(column.type, ())


def _is_choice(column: Column, contract: Contract) -> bool:
    few = column.values or column.examples or _labels(column, contract)
    return bool(few) or column.stored_type == "boolean"


def _own_rules(column: Column, contract: Contract) -> bool:
    """Whether the column's type is a domain, whose checks come first."""
    domains = {relation(one.name) for one in contract.objects if one.form == "domain"}
    return column.type in domains


def _bounded(table: Table, column: Column) -> bool:
    """Whether all that limits the number is declared: a check on it would be told as bounds."""
    made = [other.name for other in table.columns if _mentioned(column.name, other.generated)]
    computed = (
        *(one.generated for one in table.columns),
        *(one.definition for one in table.excludes),
    )
    checks = [check.expression for check in table.checks]
    if None not in (column.minimum, column.maximum):
        return not any(_mentioned(name, one) for name in made for one in checks)
    if any(_mentioned(column.name, one) for one in computed):
        return False
    alone = column.minimum is not None or column.maximum is not None
    return alone or not any(_mentioned(column.name, one) for one in checks)


def _volatile(default: str) -> bool:
    """Whether the default may be another when it is asked once more."""
    bare = re.sub(r"'(?:[^']|'')*'", "''", default)
    return any(call.lower() not in _SAME_IN_A_TRANSACTION for call in _CALL.findall(bare))


def _one_line(column: Column) -> str:
    default = " ".join((column.default or "the next number").split())
    return default if len(default) <= _LONGEST else "its default"


def _same(column: Column, value: Any) -> dict[str, str]:
    return {column.name: literal(value)}


def _clause(table: Table, suffix: str, says: str, cases: Sequence[Case], *objects: str) -> Clause:
    named = objects or (f"{table.name}.{suffix.split('.', maxsplit=1)[0]}",)
    promise = RowsPromise(table.name, tuple(cases))
    id_ = f"{table.name}.{suffix}"
    return Clause(id_, "rows", "must", says, promise, named, place=table.place, derived=True)
