"""What is counted: checks, and the clauses that both sides of a comparison judge.

Knows the unit of every rate (one accept, reject or cascade probe, one fact of the catalog, or one
promise about a phase) and what pgTAP can assert; does not know how.
"""

from __future__ import annotations

from vrss_contract.contract.model import Clause, Contract, FactPromise, NamePromise, RowsPromise

ASSERTED = frozenset(
    {
        *("table", "columns", "type", "nullability", "default", "comment"),
        *("key", "foreign_key", "check"),
        *("index", "indexes", "trigger", "triggers"),
        *("enum", "function", "execute", "objects"),
    }
)
"""The aspects of the catalog that pgTAP has assertions for."""


def checks(clause: Clause) -> int:
    """How many checks the clause makes."""
    promise = clause.promise
    return len(promise.cases) if isinstance(promise, RowsPromise | NamePromise) else 1


def comparable(clause: Clause) -> bool:
    """Whether pgTAP has an assertion for what the clause promises."""
    promise = clause.promise
    if isinstance(promise, FactPromise):
        return promise.aspect in ASSERTED
    return isinstance(promise, RowsPromise)


def common(contract: Contract) -> list[Clause]:
    """The clauses that pgTAP has an assertion for, in the contract's order."""
    return [clause for clause in contract.clauses if comparable(clause)]


def sort(clause: Clause) -> str:
    """What sort of promise it is, in the words of a table."""
    promise = clause.promise
    if isinstance(promise, FactPromise):
        return f"catalog: {promise.aspect.replace('_', ' ')}"
    named = isinstance(promise, NamePromise)
    return "rows: name of the constraint" if named else clause.kind
