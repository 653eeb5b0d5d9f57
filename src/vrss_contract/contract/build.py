"""Entries of the contract's files as values.

The JSON Schema has vouched for the shape of each entry. A new kind is one function and one line in
``CLAUSES``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from vrss_contract.contract import (
    datasets,
    queries,
    relation_entries,
    restored,
    sessions,
    shapes,
)
from vrss_contract.contract.entry import Entry, given_rows, made, objects, tuples
from vrss_contract.contract.model import (
    CascadePromise,
    Case,
    Changed,
    Clause,
    Enum,
    Erratum,
    Function,
    Operation,
    PairsPromise,
    PhasePromise,
    Promise,
    Query,
    RestoredPromise,
    RowsPromise,
    RowTarget,
    SchedulePromise,
    SchemaObject,
    Shape,
    StrangersPromise,
    Table,
    TriggerPromise,
    WorkloadPromise,
)

_NAMED = frozenset({"check_violation", "unique_violation", "foreign_key_violation"})
"""Conditions with which the server names the constraint."""


@dataclass(frozen=True, slots=True)
class Declarations:
    """What the contract declares, by name, in the order of phases and references."""

    tables: Mapping[str, Table]
    enums: Mapping[str, Enum]
    functions: Mapping[str, Function]
    operations: Mapping[str, Operation]
    shapes: Mapping[str, Shape]
    queries: Mapping[str, Query]
    objects: tuple[SchemaObject, ...]


def declarations(entries: Iterable[Entry]) -> Declarations:
    """What the entries declare.

    Raises:
        TroubleError: a shape of what is not there, or one that its own examples contradict;
            a query without its file; an index whose witness is not there.
    """
    by_kind: dict[str, list[Any]] = {kind: [] for kind in _DECLARED}
    for entry in entries:
        maker = _DECLARED.get(entry.raw["kind"])
        if maker is not None:
            by_kind[entry.raw["kind"]].append(maker(entry))
    tables = {table.name: table for table in _parents_first(by_kind["table"])}
    for shape in by_kind["jsonb"]:
        shapes.require_column(shape, tables)
    asked = {query.name: query for query in by_kind["query"]}
    queries.require_witnesses(tables.values(), asked)
    return Declarations(
        tables,
        {enum.name: enum for enum in by_kind["enum"]},
        {function.name: function for function in by_kind["function"]},
        {operation.name: operation for operation in by_kind["operation"]},
        {shape.name: shape for shape in by_kind["jsonb"]},
        asked,
        tuple(by_kind["object"]),
    )


_WITH_ROWS = (
    TriggerPromise,
    SchedulePromise,
    PairsPromise,
    StrangersPromise,
    WorkloadPromise,
    RestoredPromise,
)


def mentions(promise: Promise) -> Iterator[tuple[str, Iterable[str], str | None]]:
    """The tables that a written promise speaks of, with columns and error condition."""
    if isinstance(promise, RowsPromise):
        for case in promise.cases:
            yield promise.table, {*case.row, *case.gives, *case.omits}, case.error
            yield from ((given.table, given.row, None) for given in case.given)
    elif isinstance(promise, CascadePromise):
        yield from ((given.table, given.row, None) for given in promise.given)
        named = (promise.deletes, *promise.takes, *promise.spares)
        yield from ((target.table, target.key or (), promise.error) for target in named)
        yield from (
            (one.row.table, {*one.gives, *(one.row.key or ())}, None) for one in promise.changes
        )
    elif isinstance(promise, PhasePromise):
        yield from ((table, (), None) for table in promise.tables)
    elif isinstance(promise, _WITH_ROWS):
        yield from ((given.table, given.row, None) for given in promise.given)
    if isinstance(promise, PairsPromise):
        yield from ((gate.table, (), None) for gate in promise.gates)


def erratum(raw: Mapping[str, Any]) -> Erratum:
    """A decision on the sources' contradictions."""
    lists = {key: tuple(raw.get(key, ())) for key in ("clauses", "literal_breaks")}
    return Erratum(**{**raw, **lists})


def _rows(entry: Entry) -> Iterator[Clause]:
    raw = entry.raw
    named = objects(raw)
    constraint = named[0] if len(named) == 1 and "." not in named[0] else None
    cases = [_case(case, constraint) for case in (*raw.get("accepts", ()), *raw.get("rejects", ()))]
    yield made(entry, RowsPromise(raw["table"], tuple(cases)))


def _case(raw: Mapping[str, Any], constraint: str | None) -> Case:
    case = Case(**{**tuples(raw, ("omits",)), "given": given_rows(raw)})
    if case.error in _NAMED and case.constraint is None:
        return replace(case, constraint=constraint)
    return case


def _cascade(entry: Entry) -> Iterator[Clause]:
    raw = entry.raw
    promise = CascadePromise(
        given=given_rows(raw),
        deletes=RowTarget(**raw["deletes"]),
        takes=tuple(RowTarget(**target) for target in raw.get("takes", ())),
        changes=tuple(map(_changed, raw.get("changes", ()))),
        spares=tuple(RowTarget(**target) for target in raw.get("spares", ())),
        error=raw.get("error"),
    )
    yield made(entry, promise)


def _changed(raw: Mapping[str, Any]) -> Changed:
    target = {key: value for key, value in raw.items() if key != "gives"}
    return Changed(RowTarget(**target), raw["gives"])


def _phase(entry: Entry) -> Iterator[Clause]:
    number, tables = entry.raw["phase"], tuple(entry.raw["creates"])
    says = {
        "loads": f"Phase {number} loads on the phases before it, and on nothing else.",
        "creates": f"Phase {number} creates {', '.join(tables)} and no other table.",
        "rolls-back": f"Dropping what phase {number} made leaves the schema as it was before.",
    }
    for aspect, sentence in says.items():
        clause = made(entry, PhasePromise(number, aspect, tables))
        yield replace(clause, id=f"{clause.id}.{aspect}", says=sentence, objects=tables)


def _parents_first(tables: Iterable[Table]) -> list[Table]:
    """Tables in an order in which each stands after those it refers to; phases keep theirs.

    In a circle of references those that a row can do without are passed over.
    """
    waiting = sorted(tables, key=lambda table: (table.phase, table.name))
    names = {table.name for table in waiting}
    placed: list[Table] = []
    while waiting:
        done = {table.name for table in placed}
        ready = (
            [table for table in waiting if not (_parents(table) & names) - done]
            or [table for table in waiting if not (_needed(table) & names) - done]
            or waiting[:1]
        )
        placed.append(ready[0])
        waiting.remove(ready[0])
    return placed


def _parents(table: Table) -> set[str]:
    return {key.references for key in table.foreign_keys} - {table.name}


def _needed(table: Table) -> set[str]:
    """The other tables that every row refers to."""
    needed = (
        key.references
        for key in table.foreign_keys
        if not any(table.column(name).nullable for name in key.referring)
    )
    return set(needed) - {table.name}


_DECLARED: Mapping[str, Callable[[Entry], Any]] = {
    "table": relation_entries.table,
    "enum": relation_entries.enum,
    "function": relation_entries.function,
    "object": relation_entries.schema_object,
    "operation": sessions.operation,
    "jsonb": shapes.shape,
    "query": queries.query,
}
NAMED_BY_SCHEMA = frozenset({"enum", "function", "object"})
"""Kinds of entries whose ids are names of the schema, beside the tables that clauses begin with."""
CLAUSES: Mapping[str, Callable[[Entry], Iterator[Clause]]] = {
    "rows": _rows,
    "cascade": _cascade,
    "phase": _phase,
    "invariant": sessions.invariant,
    "trigger": sessions.trigger,
    "schedule": sessions.schedule,
    "pairs": sessions.pairs,
    "strangers": sessions.strangers,
    "workload": sessions.workload,
    "restored": restored.restored,
    "dataset": datasets.dataset,
}
"""How the clauses of each written kind come from an entry."""
