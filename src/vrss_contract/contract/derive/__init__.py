"""The clauses that follow from declarations, so that no one writes them by hand.

Knows which promises a column, key or foreign key makes by being declared; does not know how they
are judged. Rule: contracts/README.md, "Derived clauses".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from vrss_contract.contract.derive import cascade, jsonb, queries, rows, structure
from vrss_contract.contract.model import Clause, Contract, NamePromise, RowsPromise


def clauses(contract: Contract) -> Iterator[Clause]:
    """Every clause that the declarations make, table by table, with those on names."""
    yield from structure.of_schema(contract)
    for table in contract.tables.values():
        yield from structure.of_table(table)
        derived = tuple(rows.of_table(table, contract))
        yield from derived
        yield from names(derived)
        yield from cascade.of_table(table, contract)
    for shape in contract.shapes.values():
        yield from jsonb.of_shape(shape, contract)
    yield from queries.clauses(contract)


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
                id=f"{clause.id}.named",
                level="may" if clause.level == "may" else "should",
                says=f"The refusals of {clause.id} name {' and '.join(constraints)}.",
                promise=NamePromise(clause.promise.table, cases),
                objects=constraints,
                derived=True,
            )
