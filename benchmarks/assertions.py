"""A clause of the contract as pgTAP assertions.

Knows which assertion of pgTAP comes closest to each promise, and for which promises it has none;
does not know how assertions are run. Where one assertion implies another (the type of a column that
is not there can't be right), only the stronger is made. Judged on the schema ``public``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from psycopg import errors

from benchmarks.common import ASSERTED
from vrss_contract.contract.model import (
    Case,
    Check,
    Clause,
    Column,
    Contract,
    Enum,
    FactPromise,
    ForeignKey,
    Function,
    Index,
    Key,
    RowsPromise,
    Table,
    Trigger,
)
from vrss_contract.database.row_factory import CANDIDATE, Factory
from vrss_contract.sql.literal import identifier, literal, text
from vrss_contract.sql.type_name import formatted

UNDO, UNDONE = "pg_temp.undo()", "UNDON"
"""What follows a taken row, and the SQLSTATE it then ends in: it was taken, and is undone."""


def assertions(clause: Clause, contract: Contract) -> Iterator[str]:
    """SQL expressions that each make one assertion; none where pgTAP has none."""
    promise = clause.promise
    if isinstance(promise, RowsPromise):
        factory = Factory(contract)
        yield from (_row(promise, case, factory, clause.id) for case in promise.cases)
    elif isinstance(promise, FactPromise) and promise.aspect in ASSERTED:
        told = text(clause.id)
        for call in _FACTS[promise.aspect](promise.expected, promise.table, contract):
            yield f"{call[:-1]}, {told})"


def _row(promise: RowsPromise, case: Case, factory: Factory, id_: str) -> str:
    given = (
        factory.insert(one.table, one.row, number=CANDIDATE + n)
        for n, one in enumerate(case.given, start=1)
    )
    row = factory.insert(promise.table, case.row, number=CANDIDATE, omits=case.omits)
    steps = [*given, row, *([] if case.error else [f"SELECT {UNDO}"])]
    state = errors.lookup(case.error.upper()).sqlstate if case.error else UNDONE
    told = text(f"{id_}: {case.because}")
    return f"throws_ok({text('; '.join(steps))}, '{state}'::char(5), NULL, {told})"


def _call(function: str, *arguments: str) -> str:
    return f"{function}({', '.join(arguments)})"


def _named(function: str, *names: str) -> str:
    """An assertion on things of the schema ``public`` that go by these names."""
    return _call(function, "'public'", *(f"{text(name)}::name" for name in names))


def _listed(function: str, names: tuple[str, ...], *, of: str = "") -> str:
    array = f"{literal(names, 'name[]')}::name[]"
    return _call(function, "'public'", *([text(of)] if of else []), array)


def _type(column: Column, table: str, _: Contract) -> Iterator[str]:
    call = _named("col_type_is", table, column.name)
    yield f"{call[:-1]}, {text(formatted(column.type))})"


def _nullability(column: Column, table: str, _: Contract) -> Iterator[str]:
    yield _named("col_is_null" if column.nullable else "col_not_null", table, column.name)


def _default(column: Column, table: str, _: Contract) -> Iterator[str]:
    wanted = column.default
    if column.type == "bigserial":
        wanted = f"nextval('{table}_{column.name}_seq'::regclass)"
    if wanted is None:
        yield _named("col_hasnt_default", table, column.name)
        return
    value = wanted if wanted.startswith("'") else text(wanted)  # a constant is its own text
    yield f"{_named('col_default_is', table, column.name)[:-1]}, {value}::text)"


def _key(key: Key, table: str, _: Contract) -> Iterator[str]:
    yield _listed("col_is_pk" if key.primary else "col_is_unique", key.columns, of=table)


def _foreign_key(key: ForeignKey, table: str, _: Contract) -> Iterator[str]:
    call = _listed("fk_ok", (key.column,), of=table)
    yield f"{call[:-1]}, 'public', {text(key.references)}, '{{id}}'::name[])"


def _check(check: Check, table: str, contract: Contract) -> Iterator[str]:
    names = {column.name for column in contract.tables[table].columns}
    words = dict.fromkeys(re.findall(r"\w+", check.expression))
    yield _listed("col_has_check", tuple(word for word in words if word in names), of=table)


def _index(index: Index, table: str, _: Contract) -> Iterator[str]:
    # pgTAP counts what an index only carries among its columns.
    columns = tuple(column.split()[0] for column in (*index.columns, *index.include))
    call = _named("has_index", table, index.name)
    yield f"{call[:-1]}, {literal(columns, 'name[]')}::name[])"
    yield _named("index_is_type", table, index.name, index.method)


def _trigger(trigger: Trigger, table: str, _: Contract) -> Iterator[str]:
    yield _named("trigger_is", table, trigger.name, "public", trigger.function)


def _comment(table: Table, *_: object) -> Iterator[str]:
    found = f"obj_description({text(identifier(table.name))}::regclass, 'pg_class')"
    yield _call("is", found, text(table.says))


def _enum(enum: Enum, *_: object) -> Iterator[str]:
    yield _listed("enum_has_labels", enum.labels, of=enum.name)


def _function(function: Function, *_: object) -> Iterator[str]:
    of = _signature(function)
    yield f"has_function{of})"
    yield f"function_lang_is{of}, {text(function.language)}::name)"
    yield f"{'is' if function.security == 'definer' else 'isnt'}_definer{of})"
    yield f"volatility_is{of}, {text(function.volatility)})"


def _execute(function: Function, *_: object) -> Iterator[str]:
    yield f"function_privs_are{_signature(function)}, 'public'::name, '{{}}'::name[])"


def _signature(function: Function) -> str:
    """The arguments that name a function, the bracket left open."""
    words = (argument.split() for argument in function.arguments.split(",") if argument)
    types = tuple(formatted(word[-1]) for word in words)
    return _listed("", types, of=function.name)[:-1]


def _table(table: Table, *_: object) -> Iterator[str]:
    yield _named("has_table", table.name)


def _columns(table: Table, *_: object) -> Iterator[str]:
    yield _listed("columns_are", tuple(column.name for column in table.columns), of=table.name)


def _indexes(table: Table, *_: object) -> Iterator[str]:
    names = (*(index.name for index in table.indexes), *(key.name for key in table.keys))
    yield _listed("indexes_are", names, of=table.name)


def _triggers(table: Table, *_: object) -> Iterator[str]:
    names = tuple(trigger.name for trigger in table.triggers)
    yield _listed("triggers_are", names, of=table.name)


def _objects(_: object, __: str, contract: Contract) -> Iterator[str]:
    yield _listed("tables_are", tuple(contract.tables))
    yield _listed("enums_are", tuple(contract.enums))
    yield _listed("functions_are", tuple(contract.functions))


_FACTS: Mapping[str, Callable[[Any, str, Contract], Iterator[str]]] = {
    "table": _table,
    "type": _type,
    "nullability": _nullability,
    "default": _default,
    "key": _key,
    "foreign_key": _foreign_key,
    "check": _check,
    "index": _index,
    "trigger": _trigger,
    "comment": _comment,
    "enum": _enum,
    "function": _function,
    "execute": _execute,
    "columns": _columns,
    "indexes": _indexes,
    "triggers": _triggers,
    "objects": _objects,
}
"""How each aspect of ASSERTED is asserted; the caller adds the description."""
