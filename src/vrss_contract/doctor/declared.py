"""What the contract declares, held against the live catalog by the comparisons that verify makes.

What is there beyond the contract is no fault. What is there under another name is advice. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from vrss_contract.checks.table import judge_fact
from vrss_contract.checks.table.answer import Missing
from vrss_contract.checks.verdict import Finding
from vrss_contract.contract.model import LEVELS, Contract, FactPromise, Level, Table
from vrss_contract.database.catalog.facts import Catalog, CatalogTable
from vrss_contract.doctor import same_by_another_name as namesake
from vrss_contract.doctor.check import DoctorCheck, Patient, Signs
from vrss_contract.doctor.ddl import Ddl

_KIND = "structure"


@dataclass(frozen=True, slots=True)
class Declared:
    """A check of one or more aspects of the catalog."""

    id: str
    level: Level
    says: str
    aspects: tuple[str, ...]
    levels: tuple[Level, ...] = LEVELS
    """The levels of the clauses that it judges."""


_CHECKS = (
    Declared("doctor.tables.form", "must", "Tables are of the declared form.", ("table",)),
    Declared(
        "doctor.types.present",
        "must",
        "Every declared enum, domain, view and other object is there.",
        ("enum", "object"),
    ),
    Declared(
        "doctor.columns.type", "must", "Columns are of the declared types.", ("type", "type_exact")
    ),
    Declared(
        "doctor.columns.not-null",
        "must",
        "Columns refuse NULL where it is declared, and there alone.",
        ("nullability",),
    ),
    Declared(
        "doctor.columns.default", "must", "Columns have their declared defaults.", ("default",)
    ),
    Declared(
        "doctor.keys.present",
        "must",
        "Every declared primary key and unique key is there.",
        ("key",),
    ),
    Declared(
        "doctor.references.present",
        "must",
        "Every declared foreign key is there, with what it does on delete.",
        ("foreign_key",),
    ),
    Declared(
        "doctor.checks.present",
        "should",
        "Every declared CHECK and exclusion is there.",
        ("check", "exclusion"),
        ("must", "should"),
    ),
    Declared(
        "doctor.checks.optional",
        "may",
        "Every CHECK that the contract takes for optional is there.",
        ("check", "exclusion"),
        ("may",),
    ),
    Declared(
        "doctor.functions.present",
        "should",
        "Every declared function is there, with its signature, rights and search_path.",
        ("function",),
    ),
    Declared(
        "doctor.functions.body", "may", "Every declared function has its declared body.", ("body",)
    ),
    Declared(
        "doctor.functions.private",
        "should",
        "PUBLIC may not call a function that has its owner's rights.",
        ("execute",),
    ),
    Declared(
        "doctor.indexes.present",
        "must",
        "Every index that the contract can't do without is there.",
        ("index",),
        ("must",),
    ),
    Declared(
        "doctor.indexes.useful",
        "should",
        "Every index that helps is there, and one for the rows that deletes have to find.",
        ("index", "delete_index"),
        ("should",),
    ),
    Declared(
        "doctor.indexes.optional",
        "may",
        "Every index that the contract takes for optional is there.",
        ("index",),
        ("may",),
    ),
)


def checks() -> Iterator[DoctorCheck]:
    """What is asked of all that is declared."""
    for declared in _CHECKS:
        yield DoctorCheck(
            declared.id, _KIND, declared.level, declared.says, partial(_look, declared)
        )


def _look(declared: Declared, patient: Patient) -> Signs:
    return judged(declared, patient.contract, patient.catalog)


def judged(declared: Declared, contract: Contract, catalog: Catalog) -> Signs:
    """What differs; of a table or column that is gone as a whole, nothing more."""
    settled, ddl = _settled(catalog), Ddl(contract)
    faults: list[Finding] = []
    advice: list[Finding] = []
    for clause in contract.clauses:
        promise = clause.promise
        if not isinstance(promise, FactPromise) or promise.aspect not in declared.aspects:
            continue
        if clause.level in declared.levels:
            found, told = _differences(promise, contract, settled, ddl)
            faults.extend(found)
            advice.extend(told)
    return Signs(tuple(faults), advice=tuple(advice))


_Differences = tuple[tuple[Finding, ...], tuple[Finding, ...]]
"""Faults and advice."""


def _differences(
    promise: FactPromise, contract: Contract, catalog: Catalog, ddl: Ddl
) -> _Differences:
    answer = judge_fact(promise, catalog)
    if isinstance(answer, Missing) or told_elsewhere(promise, contract, catalog):
        return (), ()
    own = tuple(one for one in answer if not one.expected.startswith("no such "))
    if not own:
        return (), ()
    if other := namesake.of(promise, contract, catalog):
        return (), (Finding(f"{promise.name} is called otherwise", promise.name, other),)
    mend = repair(promise, contract, catalog, ddl)
    return tuple(replace(one, repair=mend if n == 0 else "") for n, one in enumerate(own)), ()


def told_elsewhere(promise: FactPromise, contract: Contract, catalog: Catalog) -> bool:
    """Whether another check speaks of it: a table or column that is gone, a sequence's own state.

    The index that deletes need is gone with the declared one that serves them.
    """
    table = catalog.tables.get(promise.table or promise.name)
    expected = promise.expected
    if promise.aspect in ("table", "type"):
        return table is None or (promise.aspect == "type" and expected.name not in table.columns)
    if promise.aspect == "default" and expected.numbered and table:
        column = table.columns.get(expected.name)
        return column is not None and bool(column.identity or column.default.startswith("nextval("))
    if promise.aspect == "delete_index":
        indexes = contract.tables[promise.table].indexes
        width = len(expected.referring)
        serve = [one for one in indexes if set(one.columns[:width]) == set(expected.referring)]
        return any(_lacks(promise.table, one, catalog) for one in serve if not one.where)
    return False


def _lacks(table: str, index: Any, catalog: Catalog) -> bool:
    return bool(judge_fact(FactPromise("index", table, index.name, index), catalog))


def _settled(catalog: Catalog) -> Catalog:
    """The catalog without what checks of their own tell: what is not valid, and what is beyond."""
    return replace(catalog, tables={name: _whole(one) for name, one in catalog.tables.items()})


def _whole(table: CatalogTable) -> CatalogTable:
    constraints = {
        name: replace(one, validated=True, enforced=True) for name, one in table.constraints.items()
    }
    indexes = {name: replace(one, valid=True, ready=True) for name, one in table.indexes.items()}
    return replace(table, constraints=constraints, indexes=indexes, outer_references=())


def repair(promise: FactPromise, contract: Contract, catalog: Catalog, ddl: Ddl) -> str:
    """The SQL that makes the fact so, or nothing where the contract does not hold it."""
    if promise.aspect in _OF_SCHEMA:
        return _OF_SCHEMA[promise.aspect](promise, catalog, ddl)
    write = _OF_TABLE.get(promise.aspect)
    return write(promise, contract.tables[promise.table], catalog, ddl) if write else ""


_OF_SCHEMA: Mapping[str, Callable[[FactPromise, Catalog, Ddl], str]] = {
    "enum": lambda promise, catalog, ddl: ddl.enum(
        promise.expected, catalog.enums.get(promise.name)
    ),
    "object": lambda *_: "",
    "function": lambda promise, _, ddl: ddl.function(promise.expected),
    "body": lambda promise, _, ddl: ddl.function(promise.expected),
    "execute": lambda promise, _, ddl: ddl.private(promise.expected),
}
_OF_TABLE: Mapping[str, Callable[[FactPromise, Table, Catalog, Ddl], str]] = {
    "table": lambda _, table, catalog, ddl: ddl.form(table, catalog.tables[table.name]),
    "type": lambda promise, table, _, ddl: ddl.type_(promise.expected, table.name),
    "type_exact": lambda promise, table, _, ddl: ddl.type_(promise.expected, table.name),
    "nullability": lambda promise, table, _, ddl: ddl.not_null(promise.expected, table.name),
    "default": lambda promise, table, _, ddl: ddl.default(promise.expected, table.name),
    "key": lambda promise, table, catalog, ddl: ddl.key(
        promise.expected, table, instead=_stands(promise, catalog)
    ),
    "foreign_key": lambda promise, table, catalog, ddl: ddl.foreign_key(
        promise.expected, table, instead=_stands(promise, catalog)
    ),
    "check": lambda promise, table, catalog, ddl: ddl.check(
        promise.expected, table, instead=_stands(promise, catalog)
    ),
    "exclusion": lambda promise, table, catalog, ddl: ddl.exclusion(
        promise.expected, table, instead=_stands(promise, catalog)
    ),
    "index": lambda promise, table, catalog, ddl: ddl.index(
        promise.expected, table.name, instead=promise.name in catalog.tables[table.name].indexes
    ),
    "delete_index": lambda promise, table, _, ddl: ddl.delete_index(promise.expected, table.name),
}


def _stands(promise: FactPromise, catalog: Catalog) -> bool:
    """Whether something else has the constraint's name."""
    return promise.name in catalog.tables[promise.table].constraints
