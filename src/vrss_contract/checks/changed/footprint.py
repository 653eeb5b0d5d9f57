"""What a clause is judged by: the statements it runs, the rows it puts in, the names it says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from vrss_contract.checks.changed.reach import Node, Reach
from vrss_contract.contract.model import (
    CascadePromise,
    Clause,
    Contract,
    DatasetPromise,
    InvariantPromise,
    JsonbPromise,
    NamePromise,
    PairsPromise,
    Query,
    QueryPromise,
    RowsPromise,
    SchedulePromise,
    StrangersPromise,
    TriggerPromise,
    WitnessPromise,
    WorkloadPromise,
)
from vrss_contract.sql.literal import parts

_ASKS_INVARIANTS = frozenset({"trigger", "invariant", "schedule", "pairs", "strangers", "workload"})


@dataclass(frozen=True, slots=True)
class Footprint:
    """Where a clause begins."""

    nodes: frozenset[Node]
    texts: tuple[str, ...]
    """Its SQL."""


class Footprints:
    """The footprints of a contract's clauses."""

    def __init__(self, contract: Contract, reach: Reach) -> None:
        self._contract, self._reach = contract, reach
        promises = [one.promise for one in contract.clauses]
        queries = [one.query for one in promises if isinstance(one, InvariantPromise)]
        # Counter-examples are a set, however their rows are found.
        self._invariants = frozenset(
            node for query in queries for node in reach.of_text(query) if node[0] != "plan"
        )

    def of(self, clause: Clause) -> Footprint:
        """The clause's."""
        texts = tuple(_texts(clause.promise, self._contract))
        nodes = frozenset().union(*map(self._reach.of_text, texts), self._rows(clause.promise))
        if clause.kind in _ASKS_INVARIANTS or _proves(clause) == "invariants":
            nodes |= self._invariants
        return Footprint(nodes, texts)

    def _rows(self, promise: Any) -> frozenset[Node]:
        """The tables whose rows it puts in, deletes or looks at."""
        found = {("insert", name) for name in map(_bare, _put_in(promise))}
        match promise:
            case RowsPromise() | NamePromise():
                found |= {("read", _bare(promise.table))}
            case JsonbPromise():
                found |= {("read", _bare(promise.shape.table))}
            case CascadePromise():
                rows = (*promise.takes, *promise.spares, *(c.row for c in promise.changes))
                found |= {("delete", _bare(promise.deletes.table))}
                found |= {("read", _bare(one.table)) for one in (promise.deletes, *rows)}
            case PairsPromise():
                gated = [_bare(one.table) for one in promise.gates]
                found |= {(event, name) for event in ("read", "plan") for name in gated}
            case StrangersPromise() if promise.reader:
                found |= {("read", _bare(name)) for name in self._contract.tables}
            case DatasetPromise(proves="documents"):
                found |= {("read", _bare(one.table)) for one in self._contract.shapes.values()}
        return frozenset(found)


def says(names: Iterable[str], clause: Clause, footprint: Footprint) -> bool:
    """Whether a clause may say any of these names, in SQL or not; all it says is looked at."""
    said = "\n".join([repr(clause.promise), *footprint.texts])
    return any(name in said or not name.isidentifier() for name in names)


def _proves(clause: Clause) -> str:
    return clause.promise.proves if isinstance(clause.promise, DatasetPromise) else ""


def _put_in(promise: Any) -> Iterable[str]:
    yield from (one.table for one in getattr(promise, "given", ()))
    if isinstance(promise, JsonbPromise):
        yield promise.shape.table
    if isinstance(promise, RowsPromise | NamePromise):
        yield promise.table
        yield from (one.table for case in promise.cases for one in case.given)


def _texts(promise: Any, contract: Contract) -> Iterable[str]:
    """The SQL of a promise."""
    of = _SQL.get(type(promise))
    return of(promise, contract) if of else ()


def _of_rows(promise: RowsPromise | NamePromise, _: Contract) -> Iterable[str]:
    return (text for case in promise.cases for text in case.gives.values())


def _of_cascade(promise: CascadePromise, _: Contract) -> Iterable[str]:
    return (text for one in promise.changes for text in one.gives.values())


def _of_trigger(promise: TriggerPromise, _: Contract) -> Iterable[str]:
    for step in promise.steps:
        yield step.do
        yield from _pairs(step.gives)


def _of_invariant(promise: InvariantPromise, _: Contract) -> Iterable[str]:
    return (promise.query, *(step for one in promise.attempts for step in one.steps))


def _of_schedule(promise: SchedulePromise, _: Contract) -> Iterable[str]:
    yield from promise.statements
    yield from _pairs(promise.then)


def _of_operations(
    promise: PairsPromise | StrangersPromise | WorkloadPromise, contract: Contract
) -> Iterable[str]:
    for name in operations(promise):
        if name in contract.operations:
            yield contract.operations[name].sql


def _of_dataset(promise: DatasetPromise, _: Contract) -> Iterable[str]:
    return (promise.query,)


def _of_query(promise: QueryPromise | WitnessPromise, contract: Contract) -> Iterable[str]:
    query: Query = promise.query
    cases = query.cases if promise.case is None else (promise.case,)
    yield from (query.sql, query.plain, query.edges, *(case.draws for case in cases))
    timed = isinstance(promise, QueryPromise) and promise.aspect == "budget"
    if timed and (calibration := contract.manifest.calibration):
        yield from (calibration.sql, calibration.draws)


_SQL: Mapping[type, Callable[..., Iterable[str]]] = {
    RowsPromise: _of_rows,
    NamePromise: _of_rows,
    CascadePromise: _of_cascade,
    TriggerPromise: _of_trigger,
    InvariantPromise: _of_invariant,
    SchedulePromise: _of_schedule,
    PairsPromise: _of_operations,
    StrangersPromise: _of_operations,
    WorkloadPromise: _of_operations,
    DatasetPromise: _of_dataset,
    QueryPromise: _of_query,
    WitnessPromise: _of_query,
}


def operations(promise: Any) -> frozenset[str]:
    """The names of the operations that a promise is about."""
    names = {*getattr(promise, "operations", ()), *getattr(promise, "left_open", ())}
    return frozenset(names | {one.operation for one in getattr(promise, "excepted", ())})


def _pairs(of: Mapping[str, str]) -> Iterable[str]:
    return (text for pair in of.items() for text in pair)


def _bare(table: str) -> str:
    return parts(table)[-1]
