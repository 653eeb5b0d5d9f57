"""Entries on what sessions do, as values: invariants, triggers, schedules, workloads, operations.

The JSON Schema has vouched for the shape of each entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from vrss_contract.contract.entry import Entry, given_rows, made
from vrss_contract.contract.errors import CLAUSE_FAULT
from vrss_contract.contract.model import (
    Attempt,
    CascadePromise,
    Clause,
    Excepted,
    InvariantPromise,
    NamePromise,
    Operation,
    PairsPromise,
    Promise,
    RestoredPromise,
    RowsPromise,
    RowTarget,
    SchedulePromise,
    ScheduleSession,
    StrangersPromise,
    TriggerPromise,
    TriggerStep,
    WorkloadPromise,
)
from vrss_contract.contract.parameters import parameters


def operation(entry: Entry) -> Operation:
    """A statement that the application runs.

    Raises:
        TroubleError: its parameters are not those that it takes.
    """
    raw = entry.raw
    if strange := sorted(parameters(raw["sql"]) ^ raw.get("takes", {}).keys()):
        remedy = "name each parameter under `takes`, and in the SQL as `:name`"
        found = f"the parameter {strange[0]!r} stands in one of `takes` and `sql` only"
        raise CLAUSE_FAULT(place=entry.place, found=found, do=remedy)
    return Operation(
        name=raw["id"],
        says=raw["says"],
        sql=raw["sql"],
        takes={name: tuple(values) for name, values in raw.get("takes", {}).items()},
        may=tuple(raw.get("may", ())),
        deletes=raw.get("deletes", False),
        place=entry.place,
    )


def invariant(entry: Entry) -> Iterator[Clause]:
    """A query that returns nothing but counter-examples."""
    raw = entry.raw
    if "repair" in raw:
        entry.file(raw["repair"])
    promise = InvariantPromise(
        query=raw["query"],
        attempts=tuple(
            Attempt(one["because"], tuple(one["steps"])) for one in raw.get("attempts", ())
        ),
        never_falls=raw.get("never_falls", False),
        protocol=raw.get("protocol", False),
        repair=raw.get("repair"),
    )
    yield made(entry, promise)


def trigger(entry: Entry) -> Iterator[Clause]:
    """Steps, with every invariant judged after each."""
    raw = entry.raw
    steps = tuple(_step(entry, step) for step in raw["steps"])
    yield made(entry, TriggerPromise(steps, given_rows(raw), tuple(raw.get("asks", ()))))


def _step(entry: Entry, raw: Mapping[str, Any]) -> TriggerStep:
    return TriggerStep(
        do=_statement(entry, raw if "run" in raw else raw["do"]),
        because=raw.get("because", ""),
        data=raw.get("data"),
        role=raw.get("as"),
        settings=raw.get("settings", {}),
        error=raw.get("error"),
        gives=raw.get("gives", {}),
        drifts=raw.get("drifts", False),
        commits=raw.get("commits", True),
    )


def schedule(entry: Entry) -> Iterator[Clause]:
    """Sessions, of which every interleaving ends in an allowed state.

    Raises:
        TroubleError: a mix of levels is not one for each session.
    """
    raw = entry.raw
    for mix in raw.get("levels", ()):
        if len(mix) != len(raw["sessions"]):
            found = f"{len(mix)} levels for {len(raw['sessions'])} sessions"
            raise CLAUSE_FAULT(place=entry.place, found=found, do="give a level for each session")
    promise = SchedulePromise(
        sessions=tuple(
            ScheduleSession(
                _statements(entry, one["does"]), tuple(one.get("may", ())), one.get("gives_up", "")
            )
            for one in raw["sessions"]
        ),
        given=given_rows(raw),
        levels=tuple(map(tuple, raw.get("levels", ()))),
        asks=tuple(raw.get("asks", ())),
        then=raw.get("then", {}),
        shows=raw.get("shows"),
        before=_statements(entry, raw.get("before", ())),
    )
    yield made(entry, promise)


def pairs(entry: Entry) -> Iterator[Clause]:
    """Operations, of which any two that meet end as is promised."""
    raw = entry.raw
    gates = tuple(RowTarget(**gate) for gate in raw["gates"])
    more = {key: raw[key] for key in ("one", "other", "strength", "promises") if key in raw}
    yield made(entry, PairsPromise(tuple(raw["operations"]), given_rows(raw), gates, **more))


def strangers(entry: Entry) -> Iterator[Clause]:
    """Operations, of which none waits for another session that shares no row with it."""
    raw = entry.raw
    operations, reader = tuple(raw["operations"]), raw.get("reader", False)
    promise = StrangersPromise(
        operations=operations,
        other=raw["other"],
        left_open=() if reader else tuple(raw.get("left_open", operations)),
        one=raw.get("one", {}),
        given=given_rows(raw),
        reader=reader,
        excepted=tuple(Excepted(**one) for one in raw.get("excepted", ())),
    )
    yield made(entry, promise)


def workload(entry: Entry) -> Iterator[Clause]:
    """Operations, of which every program in every interleaving ends in an allowed state."""
    raw = entry.raw
    operations, asks = tuple(raw["operations"]), tuple(raw.get("asks", ()))
    yield made(entry, WorkloadPromise(operations, given_rows(raw), asks))


def invariants_named(promise: Promise) -> Iterator[str]:
    """The invariants that a promise refers to."""
    if isinstance(promise, TriggerPromise | SchedulePromise | WorkloadPromise):
        yield from promise.asks
    if isinstance(promise, SchedulePromise) and promise.shows:
        yield promise.shows


def operations_named(promise: Promise) -> tuple[str, ...]:
    """The operations that a promise refers to."""
    if isinstance(promise, RestoredPromise):
        return tuple(name for names in promise.pairs.values() for name in names)
    if isinstance(promise, StrangersPromise):
        excepted = (one.operation for one in promise.excepted)
        return tuple(dict.fromkeys((*promise.operations, *promise.left_open, *excepted)))
    return promise.operations if isinstance(promise, PairsPromise | WorkloadPromise) else ()


def idle_values(promise: Promise, operations: Mapping[str, Operation]) -> Iterator[str]:
    """The values that a promise gives to a parameter which none of its operations has."""
    if isinstance(promise, StrangersPromise):
        sides = ((promise.other, promise.operations), (promise.one, promise.left_open))
        for values, names in sides:
            known = {key for name in names for key in operations[name].takes}
            known |= {f"{name}.{key}" for name in names for key in operations[name].takes}
            yield from (key for key in values if key not in known)


def errata_named(promise: Promise) -> Iterator[str]:
    """The errata that a promise refers to."""
    if isinstance(promise, StrangersPromise):
        yield from (one.erratum for one in promise.excepted)


def conditions_named(promise: Promise) -> Iterator[str]:
    """The error conditions that a promise speaks of."""
    if isinstance(promise, RowsPromise | NamePromise):
        yield from (case.error for case in promise.cases if case.error)
    if isinstance(promise, CascadePromise) and promise.error:
        yield promise.error
    if isinstance(promise, TriggerPromise):
        yield from (step.error for step in promise.steps if step.error)
    if isinstance(promise, SchedulePromise):
        yield from (condition for session in promise.sessions for condition in session.may)
        yield from (session.gives_up for session in promise.sessions if session.gives_up)


def _statements(entry: Entry, does: Iterable[Any]) -> tuple[str, ...]:
    return tuple(_statement(entry, one) for one in does)


def _statement(entry: Entry, raw: Any) -> str:
    """The SQL itself, or that of the file that is to be run."""
    return entry.file(raw["run"]) if isinstance(raw, Mapping) else str(raw)
