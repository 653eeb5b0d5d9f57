"""Entries of the contract's files as values.

Knows the fields of each kind, after the JSON Schema has vouched for their shapes; does not know
files or what follows from a declaration. A new kind is one function and one line in ``CLAUSES``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from vrss_contract.clause.model import (
    CascadePromise,
    Case,
    Check,
    Clause,
    Column,
    Enum,
    Erratum,
    ForeignKey,
    Function,
    Given,
    Index,
    Key,
    PhasePromise,
    Place,
    Promise,
    RowsPromise,
    Table,
    Target,
    Trigger,
)

_NAMED = frozenset({"check_violation", "unique_violation", "foreign_key_violation"})
"""Conditions with which the server names the constraint."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as read, and where it stands."""

    place: Place
    raw: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Declarations:
    """What the contract declares, by name, in the order of phases and references."""

    tables: Mapping[str, Table]
    enums: Mapping[str, Enum]
    functions: Mapping[str, Function]


def declarations(entries: Iterable[Entry]) -> Declarations:
    """The tables, enums and functions among the entries."""
    by_kind: dict[str, list[Any]] = {"table": [], "enum": [], "function": []}
    for entry in entries:
        maker = _DECLARED.get(entry.raw["kind"])
        if maker is not None:
            by_kind[entry.raw["kind"]].append(maker(entry))
    return Declarations(
        {table.name: table for table in _parents_first(by_kind["table"])},
        {enum.name: enum for enum in by_kind["enum"]},
        {function.name: function for function in by_kind["function"]},
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
        yield from ((target.table, (), promise.error) for target in named)
    elif isinstance(promise, PhasePromise):
        yield from ((table, (), None) for table in promise.tables)


def erratum(raw: Mapping[str, Any]) -> Erratum:
    """A decision on the sources' contradictions."""
    lists = {key: tuple(raw.get(key, ())) for key in ("clauses", "literal_breaks")}
    return Erratum(**{**raw, **lists})


def _table(entry: Entry) -> Table:
    raw = entry.raw
    return Table(
        name=raw["id"],
        phase=raw["phase"],
        says=raw["says"],
        columns=tuple(_column(column) for column in raw["columns"]),
        keys=tuple(_key(key) for key in raw["keys"]),
        foreign_keys=tuple(ForeignKey(**key) for key in raw.get("foreign_keys", ())),
        checks=tuple(Check(**check) for check in raw.get("checks", ())),
        indexes=tuple(Index(**_tuples(index)) for index in raw.get("indexes", ())),
        triggers=tuple(Trigger(**_tuples(trigger)) for trigger in raw.get("triggers", ())),
        place=entry.place,
    )


def _column(raw: Mapping[str, Any]) -> Column:
    return Column(**_tuples(raw, ("values",)))


def _key(raw: Mapping[str, Any]) -> Key:
    primary = "primary" in raw
    return Key(raw["name"], tuple(raw["primary" if primary else "unique"]), primary)


def _enum(entry: Entry) -> Enum:
    raw = entry.raw
    return Enum(raw["id"], raw["phase"], raw["says"], tuple(raw["labels"]), entry.place)


def _function(entry: Entry) -> Function:
    fields = {key: value for key, value in entry.raw.items() if key not in ("id", "kind", "source")}
    return Function(name=entry.raw["id"], place=entry.place, **fields)


def _rows(entry: Entry) -> Iterator[Clause]:
    raw = entry.raw
    objects = _objects(raw)
    constraint = objects[0] if len(objects) == 1 and "." not in objects[0] else None
    cases = [_case(case, constraint) for case in (*raw.get("accepts", ()), *raw.get("rejects", ()))]
    yield _clause(entry, RowsPromise(raw["table"], tuple(cases)))


def _case(raw: Mapping[str, Any], constraint: str | None) -> Case:
    case = Case(**{**_tuples(raw, ("omits",)), "given": _given(raw)})
    if case.error in _NAMED and case.constraint is None:
        return replace(case, constraint=constraint)
    return case


def _cascade(entry: Entry) -> Iterator[Clause]:
    raw = entry.raw
    promise = CascadePromise(
        given=_given(raw),
        deletes=Target(**raw["deletes"]),
        takes=tuple(Target(**target) for target in raw.get("takes", ())),
        spares=tuple(Target(**target) for target in raw.get("spares", ())),
        error=raw.get("error"),
    )
    yield _clause(entry, promise)


def _phase(entry: Entry) -> Iterator[Clause]:
    number, tables = entry.raw["phase"], tuple(entry.raw["creates"])
    says = {
        "loads": f"Phase {number} loads on the phases before it, and on nothing else.",
        "creates": f"Phase {number} creates {', '.join(tables)} and no other table.",
        "rolls-back": f"Dropping what phase {number} made leaves the schema as it was before.",
    }
    for aspect, sentence in says.items():
        clause = _clause(entry, PhasePromise(number, aspect, tables))
        yield replace(clause, id=f"{clause.id}.{aspect}", says=sentence, objects=tables)


def _clause(entry: Entry, promise: Promise) -> Clause:
    raw = entry.raw
    return Clause(
        id=raw["id"],
        kind=raw["kind"],
        level=raw["level"],
        says=raw["says"],
        promise=promise,
        objects=_objects(raw),
        source=raw.get("source", ""),
        reason=raw.get("reason", ""),
        place=entry.place,
    )


def _objects(raw: Mapping[str, Any]) -> tuple[str, ...]:
    objects = raw.get("object", ())
    return (objects,) if isinstance(objects, str) else tuple(objects)


def _given(raw: Mapping[str, Any]) -> tuple[Given, ...]:
    return tuple(Given(**given) for given in raw.get("given", ()))


def _tuples(
    raw: Mapping[str, Any], keys: tuple[str, ...] = ("columns", "include", "events")
) -> dict[str, Any]:
    return {key: tuple(value) if key in keys else value for key, value in raw.items()}


def _parents_first(tables: Iterable[Table]) -> list[Table]:
    """Tables in an order in which each stands after those it refers to; phases keep theirs."""
    waiting = sorted(tables, key=lambda table: (table.phase, table.name))
    names = {table.name for table in waiting}
    placed: list[Table] = []
    while waiting:
        done = {table.name for table in placed}
        ready = [table for table in waiting if not (_parents(table) & names) - done] or waiting[:1]
        placed.append(ready[0])
        waiting.remove(ready[0])
    return placed


def _parents(table: Table) -> set[str]:
    return {key.references for key in table.foreign_keys} - {table.name}


_DECLARED: Mapping[str, Callable[[Entry], Any]] = {
    "table": _table,
    "enum": _enum,
    "function": _function,
}
CLAUSES: Mapping[str, Callable[[Entry], Iterator[Clause]]] = {
    "rows": _rows,
    "cascade": _cascade,
    "phase": _phase,
}
"""How the clauses of each written kind come from an entry."""
