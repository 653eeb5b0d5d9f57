"""Kind ``cascade``: a delete takes these rows and spares those, or is refused."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from vrss_contract.checks import held_values
from vrss_contract.checks.judged import Judged, lost, untried
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.kind import Kind
from vrss_contract.checks.reproduction import script, shown
from vrss_contract.checks.verdict import Finding
from vrss_contract.contract.model import CascadePromise, Contract
from vrss_contract.contract.model import RowTarget as Row
from vrss_contract.database.row_factory import CANDIDATE, Factory
from vrss_contract.database.savepoint_probe import Probe, ProbeResult
from vrss_contract.sql.literal import relation
from vrss_contract.target import Target

_BEFORE_18 = {"restrict_violation": "foreign_key_violation"}
"""What servers before version 18 call a condition otherwise."""


def _judge(
    promises: Mapping[str, CascadePromise], context: JudgingContext
) -> Iterator[Iterable[Judged]]:
    factory = Factory(context.contract)
    probes = [_probe(promise, context.contract, factory) for promise in promises.values()]
    asked = zip(promises.values(), probes, context.ask(probes), strict=True)
    for promise, probe, answer in asked:
        yield [_judged(promise, probe, answer, context)]


def _sql(promise: CascadePromise, contract: Contract, _: Target) -> str:
    """What a person would run to see the clause judged."""
    factory = Factory(contract)
    note = f"refused with {promise.error}" if promise.error else "true where a row is still there"
    return script(factory.baseline(), [(note, _probe(promise, contract, factory))])


def _probe(promise: CascadePromise, contract: Contract, factory: Factory) -> Probe:
    given = [
        factory.insert(one.table, one.row, number=CANDIDATE + n)
        for n, one in enumerate(promise.given)
    ]
    delete = f"DELETE {_row(promise.deletes, contract)}"
    needs = dict.fromkeys(
        need for one in promise.given for need in factory.needs(one.table, one.row)
    )
    ask = None if promise.error else _question(promise, contract, factory)
    return Probe((*given, delete), ask, tuple(needs))


def _question(promise: CascadePromise, contract: Contract, factory: Factory) -> str:
    """Asks of each row, in order, whether it is there, then what those that change hold."""
    rows = (*promise.takes, *promise.spares)
    there = (f"EXISTS (SELECT {_row(target, contract)})" for target in rows)
    held = (
        f"(SELECT {held_values.question(contract.tables[one.row.table], one.gives, factory)}"
        f" {_row(one.row, contract)})"
        for one in promise.changes
    )
    return f"SELECT json_build_array({', '.join((*there, *held))})"


def _row(target: Row, contract: Contract) -> str:
    """The part of a statement that says which row it is about."""
    condition = held_values.where(contract.tables[target.table], target.where)
    return f"FROM {relation(target.table)} AS t WHERE {condition}"


def _judged(
    promise: CascadePromise, probe: Probe, answer: ProbeResult, context: JudgingContext
) -> Judged:
    repeat = shown(probe)
    expected = f"refused with {promise.error}" if promise.error else "the delete is done"
    tables = {promise.deletes.table, *(row.table for row in promise.given)}
    if reason := untried(answer, promise.given, tables, context):
        return lost(Finding("the scenario", expected, reason, repeat))
    if promise.error or not answer.done:
        return Judged(tuple(_refusal(promise, answer, expected, repeat)))
    if answer.touched[-1] == 0:
        return Judged((Finding("the delete", expected, "it deletes nothing", repeat),))
    rows = len(promise.takes) + len(promise.spares)
    told = json.loads(answer.told or "[]")
    strays = _strays(promise, told[:rows], repeat)
    return Judged((*strays, *_unchanged(promise, told[rows:], repeat)))


def _refusal(
    promise: CascadePromise, answer: ProbeResult, expected: str, repeat: str
) -> Iterator[Finding]:
    wanted = promise.error or ""
    if answer.condition not in (wanted, _BEFORE_18.get(wanted, wanted)):
        seen = f"refused with {answer.condition}: {answer.message}"
        found = "the delete is done" if answer.done else seen
        yield Finding("the delete", expected, found, repeat)


def _strays(promise: CascadePromise, left: Sequence[bool], repeat: str) -> Iterator[Finding]:
    targets = (*promise.takes, *promise.spares)
    for position, (target, there) in enumerate(zip(targets, left, strict=True)):
        goes = position < len(promise.takes)
        if goes == there:
            expected, found = ("gone", "still there") if goes else ("still there", "gone")
            yield Finding(f"row {_called(target)}", expected, found, repeat)


def _unchanged(promise: CascadePromise, told: Sequence[Any], repeat: str) -> Iterator[Finding]:
    """The rows that went, or hold something else than they should."""
    for change, held in zip(promise.changes, told, strict=True):
        because = f"row {_called(change.row)}"
        if held is None:
            yield Finding(because, "still there", "gone", repeat)
        else:
            yield from held_values.differences(because, held, repeat)


def _called(target: Row) -> str:
    if target.key is None:
        return f"{target.id} of {target.table}"
    values = ", ".join(f"{name} {value}" for name, value in target.key.items())
    return f"{values} of {target.table}"


KIND: Kind[CascadePromise] = Kind((CascadePromise,), _judge, _sql)
