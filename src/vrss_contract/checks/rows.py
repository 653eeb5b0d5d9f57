"""Kind ``rows``: a row is taken or refused, by what.

Judged on condition names, never on a message's text; on a constraint's name in ``.named`` clauses
alone.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from vrss_contract.checks import held_values, plain_row
from vrss_contract.checks.judged import Judged, lost, untried
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.kind import Kind
from vrss_contract.checks.reproduction import script, shown
from vrss_contract.checks.verdict import Finding
from vrss_contract.contract.model import Case, Contract, NamePromise, RowsPromise, Table
from vrss_contract.database.row_factory import CANDIDATE, Factory
from vrss_contract.database.savepoint_probe import Probe, ProbeResult
from vrss_contract.sql import condition
from vrss_contract.sql.literal import relation
from vrss_contract.target import Target

_TAKEN = "taken"


@dataclass(frozen=True, slots=True)
class _Tried:
    """A row that was tried, what came of it, and of one of its table that says nothing."""

    probe: Probe
    answer: ProbeResult
    plain: ProbeResult


def _judge(
    promises: Mapping[str, RowsPromise | NamePromise], context: JudgingContext
) -> Iterator[Iterable[Judged]]:
    factory = Factory(context.contract)
    probes = [
        context.once("rows", id_, partial(_probes, promise, context.contract, factory))
        for id_, promise in promises.items()
    ]
    tables = dict.fromkeys(promise.table for promise in promises.values())
    plain = {table: plain_row.probe(table, factory, context) for table in tables}
    # A clause on names asks what the clause on the behaviour asks: once is enough.
    all_ = (*(probe for group in probes for probe in group), *plain.values())
    distinct = list(dict.fromkeys(all_))
    answers = dict(zip(distinct, context.ask(distinct), strict=True))
    for promise, group in zip(promises.values(), probes, strict=True):
        found = answers[plain[promise.table]]
        yield [
            _judged(promise, case, _Tried(probe, answers[probe], found), context)
            for case, probe in zip(promise.cases, group, strict=True)
        ]


def _sql(promise: RowsPromise | NamePromise, contract: Contract, _: Target) -> str:
    """What a person would run to see the clause judged, a case each."""
    factory = Factory(contract)
    probes = _probes(promise, contract, factory)
    notes = [f"{case.because}: {_expected(case)}" for case in promise.cases]
    return script(factory.baseline(), list(zip(notes, probes, strict=True)))


def _probes(
    promise: RowsPromise | NamePromise, contract: Contract, factory: Factory
) -> list[Probe]:
    return [_probe(promise, case, contract, factory) for case in promise.cases]


def _probe(
    promise: RowsPromise | NamePromise, case: Case, contract: Contract, factory: Factory
) -> Probe:
    given = [
        factory.insert(g.table, g.row, number=CANDIDATE + n)
        for n, g in enumerate(case.given, start=1)
    ]
    row = factory.insert(promise.table, case.row, number=CANDIDATE, omits=case.omits)
    needs = dict.fromkeys(factory.needs(promise.table, case.row))
    for one in case.given:
        needs.update(dict.fromkeys(factory.needs(one.table, one.row)))
    ask = None if case.error else _question(contract.tables[promise.table], case, factory)
    return Probe((*given, row), ask, tuple(needs))


def _question(table: Table, case: Case, factory: Factory) -> str:
    """Asks for each promised value: whether it is so, and both as text; NULL without the row."""
    found = factory.finds(table.name, case.row, number=CANDIDATE, omits=case.omits)
    asked = held_values.question(table, case.gives, factory)
    return f"SELECT {asked} FROM {relation(table.name)} AS t WHERE {found}"


def _expected(case: Case) -> str:
    return f"refused with {case.error}" if case.error else _TAKEN


def _judged(
    promise: RowsPromise | NamePromise, case: Case, tried: _Tried, context: JudgingContext
) -> Judged:
    repeat, answer = shown(tried.probe), tried.answer
    expected = _expected(case)
    tables = {promise.table, *(row.table for row in case.given)}
    about = not (case.row or case.omits or case.given)  # whether it needs more than is declared
    reason = untried(answer, case.given, tables, context)
    if reason and not (about and answer.condition == "not_null_violation"):
        return lost(Finding(case.because, expected, reason, repeat))
    if reason := _hidden(promise.table, case, tried, context):
        return lost(Finding(case.because, expected, reason, repeat))
    if isinstance(promise, NamePromise):
        names = _names(promise.table, case, context.contract)
        return Judged(tuple(_misnamed(case, answer, repeat, names)))
    return Judged(tuple(_differences(case, answer, expected, repeat)))


def _hidden(table: str, case: Case, tried: _Tried, context: JudgingContext) -> str:
    """What else refused the row.

    A row that is to be taken and is not is what the clause is about, save for a value that is none
    of another column's type: that is told by the clause on the type.
    """
    if case.error is None and not plain_row.misfits(table, tried.answer, context):
        return ""
    return plain_row.hides(table, tried.answer, tried.plain, context)


def _differences(case: Case, answer: ProbeResult, expected: str, repeat: str) -> Iterator[Finding]:
    if answer.done and case.error is None:
        yield from _wrong_values(case, answer, repeat)
    elif not condition.alike(case.error or "", answer.condition):
        yield Finding(case.because, expected, _seen(answer), repeat)
    elif case.column and answer.column and answer.column != case.column:
        wanted = f"{expected} of {case.column}"
        yield Finding(case.because, wanted, f"refused with {case.error} of {answer.column}", repeat)


def _wrong_values(case: Case, answer: ProbeResult, repeat: str) -> Iterator[Finding]:
    if answer.told is None:
        yield Finding(case.because, "taken and then there", "taken and then not there", repeat)
        return
    yield from held_values.differences(case.because, json.loads(answer.told), repeat)


def _names(table: str, case: Case, contract: Contract) -> set[str | None]:
    """The constraint's name, and those of the same key of partitions: one refuses in its own."""
    keys = {key.name: key.columns for key in contract.tables[table].keys}
    columns = keys.get(case.constraint or "")
    parts = _partitions(table, contract) if columns else ()
    return {case.constraint, *(k.name for one in parts for k in one.keys if k.columns == columns)}


def _partitions(table: str, contract: Contract) -> Iterator[Table]:
    for one in contract.tables.values():
        if one.form == "partition" and table in one.parents:
            yield one
            yield from _partitions(one.name, contract)


def _misnamed(
    case: Case, answer: ProbeResult, repeat: str, names: Collection[str | None]
) -> Iterator[Finding]:
    expected = f"refused by {case.constraint}"
    if answer.done or answer.condition != case.error:
        yield Finding(case.because, expected, _seen(answer), repeat)
    elif answer.constraint not in names:
        found = f"refused by {answer.constraint or 'something without a name'}"
        yield Finding(case.because, expected, found, repeat)


def _seen(answer: ProbeResult) -> str:
    if answer.done:
        return _TAKEN
    by = f" by {answer.constraint}" if answer.constraint else ""
    return f"refused with {answer.condition}{by}: {answer.message}"


KIND: Kind[RowsPromise | NamePromise] = Kind((RowsPromise, NamePromise), _judge, _sql)
