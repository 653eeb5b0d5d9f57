"""Kind ``workload``: any program of these operations ends in an allowed state."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import psycopg

from vrss_contract.checks.judged import Judged, lacking, lost, named
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.kind import Kind
from vrss_contract.checks.reproduction import replay_command
from vrss_contract.checks.verdict import Finding
from vrss_contract.concurrency import scenarios
from vrss_contract.concurrency.oracle import always_lost
from vrss_contract.concurrency.restorable import RestorableDatabase
from vrss_contract.concurrency.schedule.player import Player
from vrss_contract.concurrency.schedule.program import Run
from vrss_contract.concurrency.workload import replay_text
from vrss_contract.concurrency.workload.play import Players
from vrss_contract.concurrency.workload.search import SearchTally, search
from vrss_contract.concurrency.workload.trial import Trial
from vrss_contract.contract.model import Contract, WorkloadPromise
from vrss_contract.database.baseline_rows import BaselineRows
from vrss_contract.database.loader import said
from vrss_contract.target import Target

_EXAMPLES, _THOROUGH = 40, 400
"""Programs that a gate tries for each clause, and how many where there is time."""
_SEED = 1
"""One whose programs break on every schema that is wrong in a known way; not every seed's do."""
_SECONDS = 3600.0
"""No clock is to decide what a gate tries."""
_MOST = 4
"""Sessions of the largest program."""
_EXPECTED = "an allowed ending"


def _judge(
    promises: Mapping[str, WorkloadPromise], context: JudgingContext
) -> Iterator[Iterable[Judged]]:
    with (
        context.clone() as copy,
        RestorableDatabase(copy, context.contract) as restorable,
        Player(copy, _MOST, reset=restorable.reset) as player,
    ):
        for promise in promises.values():
            yield _judged(promise, context, restorable, player)


def _sql(promise: WorkloadPromise, contract: Contract, _: Target) -> str:
    """The rows, and the operations with their parameters."""
    lines = [
        "-- committed first",
        *(f"{row};" for row in scenarios.workload_rows(promise, contract, BaselineRows(contract))),
    ]
    lines += ["", "-- then any two to four transactions of one to three of these, at once"]
    for name in promise.operations:
        operation = contract.operations[name]
        takes = (f"{key} in {', '.join(map(str, some))}" for key, some in operation.takes.items())
        lines += [f"-- {name}: {'; '.join(takes)}", f"{operation.sql};"]
    return "\n".join(lines)


def _judged(
    promise: WorkloadPromise,
    context: JudgingContext,
    restorable: RestorableDatabase,
    player: Player,
) -> list[Judged]:
    contract = context.contract
    operations = {name: contract.operations[name] for name in promise.operations}
    tally, found = SearchTally(), []
    try:
        restorable.prepare(scenarios.workload_rows(promise, contract, context.baseline_rows))
        play = Players(restorable, player, operations, promise.asks)
        examples = _THOROUGH if context.thorough else _EXAMPLES
        for fault in search(
            play, operations, examples=examples, seconds=_SECONDS, seed=_SEED, tally=tally
        ):
            because = f"a program found after {fault.examples} others"
            seen = f"{fault.invariant}: {fault.detail}"
            repeat = _replay(fault.trial, context)
            texts = "\n".join(one.sql for one in operations.values())
            ending, tables = fault.invariant.removeprefix("ending."), named([texts], contract)
            if lack := lacking(ending, texts, tables, context, statement=True):
                found.append(lost(Finding(because, _EXPECTED, lack, repeat)))
            else:
                found.append(Judged((Finding(because, _EXPECTED, seen, repeat),)))
            if not context.thorough:  # one is enough to break a clause; `search` finds the others
                break
        found += [_endless(trial, run, play, context) for trial, run in tally.lost[:1]]
    except psycopg.Error as error:
        found.append(lost(Finding("the rows before", "they are taken", said(error))))
    return found


def _endless(trial: Trial, run: Run, play: Players, context: JudgingContext) -> Judged:
    """What a program shows that was not played to its end."""
    found = Finding("a program", "it is played to its end", run.lost, _replay(trial, context))
    return Judged((found,)) if always_lost(run, lambda: play(trial)) else lost(found)


def _replay(trial: Trial, context: JudgingContext) -> str:
    return replay_command(replay_text.write(trial), context.target, context.contract)


KIND: Kind[WorkloadPromise] = Kind((WorkloadPromise,), _judge, _sql)
