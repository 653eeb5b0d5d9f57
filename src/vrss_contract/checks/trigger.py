"""Kind ``trigger``: after each step every invariant holds, and what the step says is so.

While a transaction goes on, what a step says is looked at as the transaction sees it; invariants
are asked at its end. A counter-example that was there before the first step is not the clause's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import psycopg

from vrss_contract.checks import scripted_steps
from vrss_contract.checks.judged import Judged, lacking, lost, misfit, named
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.kind import Kind
from vrss_contract.checks.verdict import Finding
from vrss_contract.contract.model import Contract, TriggerPromise, TriggerStep
from vrss_contract.database.invariants import Counterexample, Values, told
from vrss_contract.database.loader import said
from vrss_contract.sql import condition
from vrss_contract.target import Target

_REFUSES_A_FAULT = frozenset({"check_violation", "exclusion_violation", "unique_violation"})
"""How a schema may keep a planted fault out: what is promised of that fault it has kept."""
_Looks = dict[tuple[int, tuple[str, ...]], tuple[frozenset[Counterexample], Values]]
"""What was seen among the baseline rows: by session, and the invariants that were named."""


def _judge(
    promises: Mapping[str, TriggerPromise], context: JudgingContext
) -> Iterator[Iterable[Judged]]:
    looked: _Looks = {}
    for promise in promises.values():
        yield [_judged(promise, context, looked)]


def _sql(promise: TriggerPromise, contract: Contract, _: Target) -> str:
    """The steps, as a script for psql."""
    return scripted_steps.script(contract, promise.given, promise.steps)


def _judged(
    promise: TriggerPromise,
    context: JudgingContext,
    looked: _Looks,
) -> Judged:
    rows = context.baseline_rows
    baseline = rows.needed([step.do for step in promise.steps], promise.given)
    if reason := context.lacking(baseline):
        return lost(Finding("the baseline rows", "they are there", reason))
    given = rows.inserts(promise.given)
    try:
        with scripted_steps.scripted_session(context, promise.steps) as turn:
            for statement in given:
                step = TriggerStep(statement)
                if (ending := turn.play(step)).message:
                    reason = _lacking(step, ending, context) or ending.message
                    return lost(Finding("a given row", "it is taken", reason, statement))
            before = _before(promise, turn, looked)
            return _played(promise, turn, context, before)
    except (scripted_steps.Ended, psycopg.Error) as error:
        reason = said(error) if isinstance(error, psycopg.Error) else str(error)
        return lost(Finding("the steps", "an answer", reason, scripted_steps.told(promise.steps)))


def _before(
    promise: TriggerPromise, turn: scripted_steps.ScriptedSession, looked: _Looks
) -> frozenset[Counterexample]:
    """The counter-examples before the first step: among baseline rows alone looked for once."""
    key = (id(turn.invariants), tuple(promise.asks))
    if promise.given or key not in looked:
        _, broken, _ = turn.invariants.look(promise.asks)
        seen = (frozenset(broken), turn.invariants.values)
        if promise.given:
            return seen[0]
        looked[key] = seen
    found, values = looked[key]
    turn.invariants.begin(values)
    return found


def _played(
    promise: TriggerPromise,
    turn: scripted_steps.ScriptedSession,
    context: JudgingContext,
    before: frozenset[Counterexample],
) -> Judged:
    """The findings of the first step that shows any: what comes after stands on broken ground."""
    for number, step in enumerate(promise.steps, start=1):
        ending = turn.play(step)
        because, so_far = step.because or f"step {number}", promise.steps[:number]
        repeat = scripted_steps.told(so_far)
        if step.drifts and ending.condition in _REFUSES_A_FAULT:
            continue
        if not condition.alike(step.error or "", ending.condition):
            found = f"refused with {ending.message}" if ending.condition else "done"
            expected = f"refused with {step.error}" if step.error else "done"
            finding = Finding(because, expected, found, repeat)
            if lack := _lacking(step, ending, context):
                return lost(replace(finding, found=lack))
            unasked = not ending.inside and misfit(ending.condition)
            return lost(finding) if unasked else Judged((finding,))
        if findings := tuple(_findings(step, turn, before, promise.asks)):
            return Judged(tuple(Finding(because, *pair, repeat) for pair in findings))
    return Judged()


def _lacking(step: TriggerStep, ending: scripted_steps.Ending, context: JudgingContext) -> str:
    """What is missing, and kept the statement or a function of the target's from its work."""
    texts = (step.do, *step.gives, *step.gives.values())
    tables = named(texts, context.contract)
    return lacking(ending.condition, ending.message, tables, context)


def _findings(
    step: TriggerStep,
    turn: scripted_steps.ScriptedSession,
    before: frozenset[Counterexample],
    asks: Sequence[str],
) -> Iterator[tuple[str, str]]:
    """What was expected and what was found instead, after a step."""
    if not step.commits:
        yield from turn.differences(step.gives)
        return
    fallen, broken, differences = turn.look(asks, step.gives)
    yield from differences
    new = [one for one in broken if one not in before]
    if (new or fallen) and not step.drifts:
        yield "every invariant holds", told([*new, *fallen])


KIND: Kind[TriggerPromise] = Kind((TriggerPromise,), _judge, _sql)
