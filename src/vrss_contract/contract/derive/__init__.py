"""The clauses that follow from declarations, so that no one writes them by hand.

Rule: contracts/README.md, "Derived clauses".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from vrss_contract.contract.derive import cascade, jsonb, queries, rows, structure
from vrss_contract.contract.errors import CLAUSE_FAULT
from vrss_contract.contract.model import Clause, Contract, Function, NamePromise, RowsPromise, Table

_NAMED = ".named"


def clauses(contract: Contract) -> Iterator[Clause]:
    """Every clause that the declarations make, table by table, with those on names.

    Raises:
        TroubleError: a table waives a clause that does not follow.
    """
    for enum in contract.enums.values():
        yield from structure.of_enum(enum)
    for function in contract.functions.values():
        yield from _unwaived(f"function.{function.name}", function, structure.of_function(function))
    yield structure.of_objects(contract)
    yield from structure.of_roles(contract)
    yield from structure.of_declared_objects(contract)
    for table in contract.tables.values():
        yield from _unwaived(table.name, table, _of_table(table, contract))
    for shape in contract.shapes.values():
        yield from jsonb.of_shape(shape, contract)
    yield from queries.clauses(contract)


def _of_table(table: Table, contract: Contract) -> Iterator[Clause]:
    yield from structure.of_table(table, contract)
    derived = tuple(rows.of_table(table, contract))
    yield from derived
    yield from names(derived)
    yield from cascade.of_table(table, contract)


def _unwaived(name: str, declared: Table | Function, implied: Iterable[Clause]) -> Iterator[Clause]:
    """The clauses without those that are waived, and without those on their names.

    Of two with one id, such as those of two references by the same columns, the first one stands.
    """
    waived = {f"{name}.{suffix}" for suffix in declared.waives}
    idle = set(waived)
    seen: set[str] = set()
    for clause in implied:
        idle.discard(clause.id)
        if clause.id in seen:
            continue
        seen.add(clause.id)
        if clause.id not in waived and clause.id.removesuffix(_NAMED) not in waived:
            yield clause
    if idle:
        found = f"{declared.name} waives {min(idle)!r}, which nothing declared implies"
        remedy = f"write the id of a derived clause without the first {name!r} and the dot"
        raise CLAUSE_FAULT(place=declared.place, found=found, do=remedy)


def names(behaviour: Iterable[Clause]) -> Iterator[Clause]:
    """For each clause whose refusals come from a named constraint: that they carry its name."""
    for clause in behaviour:
        if not isinstance(clause.promise, RowsPromise):
            continue
        cases = tuple(case for case in clause.promise.cases if case.constraint)
        if cases:
            constraints = tuple(dict.fromkeys(case.constraint or "" for case in cases))
            yield replace(
                clause,
                id=f"{clause.id}{_NAMED}",
                level="may" if clause.level == "may" else "should",
                says=f"The refusals of {clause.id} name {' and '.join(constraints)}.",
                promise=NamePromise(clause.promise.table, cases),
                objects=constraints,
                derived=True,
            )
