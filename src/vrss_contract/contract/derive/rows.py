"""Clauses on single rows: the boundary cases that a column's declaration implies.

A row says only what matters, the factory fills the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from vrss_contract.contract.derive import bounds
from vrss_contract.contract.model import (
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
from vrss_contract.sql.literal import relation

_VARCHAR = re.compile(r"varchar\((\d+)\)")
_SIZED = re.compile(r"(?:var)?char\((\d+)\)")
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
        says = f"{name} may be NULL."
        cases = [null]
        if column.default is None and not column.numbered and not column.generated:
            cases.append(Case("left out", {}, gives={column.name: "NULL"}, omits=(column.name,)))
            says = f"{name} may be NULL, and is NULL in a row that leaves it out."
        yield _clause(table, f"{column.name}.optional", says, cases)
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
        yield from _lengths(table, column, int(found[1]), refers=refers)
    if (labels := _labels(column, contract)) and not refers:
        says = f"{name} takes each label of {column.type} as written, and no other text tried."
        cases = bounds.listed(column, labels, "invalid_text_representation")
        yield _clause(table, f"{column.name}.labels", says, cases)
    if column.values:
        says = f"{name} takes {', '.join(column.values)} as written, and no other text tried."
        cases = bounds.listed(column, column.values, "check_violation")
        yield _clause(table, f"{column.name}.values", says, cases)
    if column.type in bounds.BITS and not refers and _bounded(table, column):
        yield from _ranges(table, column, RowValues(contract))


def _lengths(table: Table, column: Column, longest: int, *, refers: bool) -> Iterator[Clause]:
    """That texts of the whole length are taken, and for whom relies on it that no longer one is."""
    name = f"{table.name}.{column.name}"
    taken, refused = bounds.lengths(column, longest)
    if not column.values and not refers:
        says = f"{name} takes {longest} characters."
        yield _clause(table, f"{column.name}.length", says, [taken])
    says = f"{name} takes no more than {longest} characters."
    yield _limit(table, f"{column.name}.length", says, [refused])


def _ranges(table: Table, column: Column, values: RowValues) -> Iterator[Clause]:
    """That the numbers of the range are taken and a check's bounds kept, and those of the type."""
    name = f"{table.name}.{column.name}"
    numbers = bounds.numbers(table, column, values)
    says = f"{name} takes whole numbers from {numbers.least} to {numbers.most}."
    yield _clause(table, f"{column.name}.range", says, numbers.kept)
    if numbers.unfit:
        says = f"{name} takes no number that is none of {column.stored_type}."
        yield _limit(table, f"{column.name}.range", says, numbers.unfit)


def _limit(table: Table, suffix: str, says: str, cases: Sequence[Case]) -> Clause:
    """What the type alone refuses: a wider one would hold all that is asked of it."""
    return replace(_clause(table, f"{suffix}.limit", says, cases), level="should")


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


def _clause(table: Table, suffix: str, says: str, cases: Sequence[Case], *objects: str) -> Clause:
    named = objects or (f"{table.name}.{suffix.split('.', maxsplit=1)[0]}",)
    promise = RowsPromise(table.name, tuple(cases))
    id_ = f"{table.name}.{suffix}"
    return Clause(id_, "rows", "must", says, promise, named, place=table.place, derived=True)
