"""What of a contract is not as it was, as far as clauses are judged by more than themselves.

A clause's digest shows what it says. What it is judged by besides are the operations that it names,
the invariants that are asked beside it, the rows that fill up its own, and data.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from vrss_contract.checks.changed.footprint import operations
from vrss_contract.contract import digest
from vrss_contract.contract.model import Clause, Contract, DatasetPromise, InvariantPromise
from vrss_contract.database.row_factory import CANDIDATE, Factory

_BY_INVARIANTS = frozenset(
    {"trigger", "invariant", "schedule", "pairs", "strangers", "workload", "restored"}
)
OF_DATA = frozenset({"dataset", "query"})


@dataclass(frozen=True, slots=True)
class Amended:
    """What of a contract changed."""

    everything: str = ""
    """Why every clause is judged; nothing where not."""
    clauses: frozenset[str] = frozenset()
    """Clauses that are new or say something else, and those that are judged by what changed."""
    tables: frozenset[str] = frozenset()
    """Tables of which other rows are put in."""
    declared: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The columns of each table that were declared before and are now."""

    def __bool__(self) -> bool:
        """Whether anything changed."""
        return bool(self.everything or self.clauses or self.tables)


def amended(before: Contract, now: Contract, *, data: bool) -> Amended:
    """What changed from one contract to the other.

    Args:
        before: the contract as it was; the same one where it can't be another.
        now: the contract that clauses are taken from.
        data: whether files of data changed.
    """
    declared = {
        name: frozenset(c.name for c in table.columns)
        & frozenset(c.name for c in before.tables[name].columns)
        for name, table in now.tables.items()
        if name in before.tables
    }
    if before is now:
        return Amended(declared=declared)
    if before.schemas != now.schemas:
        return Amended("the contract speaks of other schemas")
    return Amended(
        clauses=frozenset(_clauses(before, now, data=data)),
        tables=frozenset(_tables(before, now)),
        declared=declared,
    )


def _clauses(before: Contract, now: Contract, *, data: bool) -> Iterator[str]:
    old = {one.id: digest.of_clause(one) for one in before.clauses}
    changed = {one.id for one in now.clauses if digest.of_clause(one) != old.get(one.id)}
    acted = {
        name
        for name in {**before.operations, **now.operations}
        if _meant(before.operations, name) != _meant(now.operations, name)
    }
    invariants = _invariants(before) != _invariants(now)
    shapes = digest.of_values(before.shapes) != digest.of_values(now.shapes)
    for clause in now.clauses:
        named = operations(clause.promise) | {*getattr(clause.promise, "pairs", ())}
        if (
            clause.id in changed
            or named & (acted | changed)
            or (invariants and (clause.kind in _BY_INVARIANTS or _proves(clause, "invariants")))
            or (shapes and (clause.kind == "jsonb" or _proves(clause, "documents")))
            or (data and clause.kind in OF_DATA)
        ):
            yield clause.id


def _proves(clause: Clause, what: str) -> bool:
    return isinstance(clause.promise, DatasetPromise) and clause.promise.proves == what


def _meant(of: Mapping[str, Any], name: str) -> Any:
    return digest.meaning(of[name]) if name in of else None


def _invariants(contract: Contract) -> dict[str, Any]:
    return {
        one.id: digest.meaning(one.promise)
        for one in contract.clauses
        if isinstance(one.promise, InvariantPromise)
    }


def _tables(before: Contract, now: Contract) -> Iterator[str]:
    was, is_ = (dict(_rows(contract)) for contract in (before, now))
    yield from (name for name in {**was, **is_} if was.get(name) != is_.get(name))


def _rows(contract: Contract) -> Iterator[tuple[str, Any]]:
    """What makes rows of each table: the baseline's, and one that says nothing."""
    factory = Factory(contract)
    baseline = factory.baseline()
    for name in contract.tables:
        filled = factory.insert(name, {}, number=CANDIDATE)
        yield name, (baseline.get(name), filled, factory.needs(name))
