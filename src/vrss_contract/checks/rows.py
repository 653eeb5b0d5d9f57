"""Kind ``rows``: a row is taken or refused, by what.

Knows how a case becomes a probe and an answer a finding; does not know sessions. Judged on
condition names, never on a message's text; on a constraint's name in ``.named`` clauses alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.kind import Judged, decided, lost, script, shown, untried
from vrss_contract.checks.verdict import Finding, Verdict
from vrss_contract.contract.model import Case, Clause, Contract, NamePromise, RowsPromise, Table
from vrss_contract.database.row_factory import CANDIDATE, Factory
from vrss_contract.database.savepoint_probe import Answer, Probe
from vrss_contract.sql.literal import identifier
from vrss_contract.target import Target

_TAKEN = "taken"

DIVISIBLE = True


def judge(clauses: Sequence[Clause], context: JudgingContext) -> Iterator[Verdict]:
    """A verdict for each clause, in order."""
    factory = Factory(context.contract)
    probes = [
        [_probe(clause, case, context.contract, factory) for case in _cases(clause)]
        for clause in clauses
    ]
    # A clause on names asks what the clause on the behaviour asks: once is enough.
    distinct = list(dict.fromkeys(probe for group in probes for probe in group))
    answers = dict(zip(distinct, context.ask(distinct), strict=True))
    for clause, group in zip(clauses, probes, strict=True):
        judged = [
            _judged(clause, case, probe, answers[probe], context)
            for case, probe in zip(_cases(clause), group, strict=True)
        ]
        yield decided(clause, judged)


def sql(clause: Clause, contract: Contract, _: Target) -> str:
    """What a person would run to see the clause judged, a case each."""
    factory = Factory(contract)
    probes = [_probe(clause, case, contract, factory) for case in _cases(clause)]
    notes = [f"{case.because}: {_expected(case)}" for case in _cases(clause)]
    return script(factory.baseline(), list(zip(notes, probes, strict=True)))


def _promise(clause: Clause) -> RowsPromise | NamePromise:
    if not isinstance(clause.promise, RowsPromise | NamePromise):
        raise TypeError(clause.id)
    return clause.promise


def _cases(clause: Clause) -> tuple[Case, ...]:
    return _promise(clause).cases


def _probe(clause: Clause, case: Case, contract: Contract, factory: Factory) -> Probe:
    table = _promise(clause).table
    given = [
        factory.insert(g.table, g.row, number=CANDIDATE + n)
        for n, g in enumerate(case.given, start=1)
    ]
    row = factory.insert(table, case.row, number=CANDIDATE, omits=case.omits)
    needs = dict.fromkeys(factory.needs(table, case.row))
    for one in case.given:
        needs.update(dict.fromkeys(factory.needs(one.table, one.row)))
    ask = None if case.error else _question(contract.tables[table], case)
    return Probe((*given, row), ask, tuple(needs))


def _question(table: Table, case: Case) -> str:
    """Asks for each promised value: whether it is so, and both as text; NULL without the row."""
    types = {column.name: column.stored_type for column in table.columns}
    pairs = []
    for name, expression in case.gives.items():
        column, wanted = f"t.{identifier(name)}", f"CAST({expression} AS {types[name]})"
        facts = f"{column} IS NOT DISTINCT FROM {wanted}, {column}::text, {wanted}::text"
        pairs.append(f"'{name}', json_build_array({facts})")
    id_ = case.row.get("id", CANDIDATE)
    where = f"currval(pg_get_serial_sequence('{table.name}', 'id'))" if "id" in case.omits else id_
    built = f"json_build_object({', '.join(pairs)})"
    return f"SELECT {built} FROM {identifier(table.name)} AS t WHERE t.id = {where}"


def _expected(case: Case) -> str:
    return f"refused with {case.error}" if case.error else _TAKEN


def _judged(
    clause: Clause, case: Case, probe: Probe, answer: Answer, context: JudgingContext
) -> Judged:
    repeat = shown(probe)
    expected = _expected(case)
    tables = {_promise(clause).table, *(row.table for row in case.given)}
    if reason := untried(answer, case.given, tables, context):
        return lost(Finding(case.because, expected, reason, repeat))
    if isinstance(clause.promise, NamePromise):
        return Judged(tuple(_misnamed(case, answer, repeat)))
    return Judged(tuple(_differences(case, answer, expected, repeat)))


def _differences(case: Case, answer: Answer, expected: str, repeat: str) -> Iterator[Finding]:
    if answer.done and case.error is None:
        yield from _wrong_values(case, answer, repeat)
    elif answer.condition != (case.error or ""):
        yield Finding(case.because, expected, _seen(answer), repeat)
    elif case.column and answer.column and answer.column != case.column:
        wanted = f"{expected} of {case.column}"
        yield Finding(case.because, wanted, f"refused with {case.error} of {answer.column}", repeat)


def _wrong_values(case: Case, answer: Answer, repeat: str) -> Iterator[Finding]:
    if answer.told is None:
        yield Finding(case.because, "taken and then there", "taken and then not there", repeat)
        return
    for name, (same, found, wanted) in json.loads(answer.told).items():
        if not same:
            yield Finding(case.because, f"{name} = {wanted}", f"{name} = {found}", repeat)


def _misnamed(case: Case, answer: Answer, repeat: str) -> Iterator[Finding]:
    expected = f"refused by {case.constraint}"
    if answer.done or answer.condition != case.error:
        yield Finding(case.because, expected, _seen(answer), repeat)
    elif answer.constraint != case.constraint:
        found = f"refused by {answer.constraint or 'something without a name'}"
        yield Finding(case.because, expected, found, repeat)


def _seen(answer: Answer) -> str:
    if answer.done:
        return _TAKEN
    by = f" by {answer.constraint}" if answer.constraint else ""
    return f"refused with {answer.condition}{by}: {answer.message}"
