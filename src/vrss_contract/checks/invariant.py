"""Kind ``invariant``: whatever is tried, the query returns no counter-example.

The last statement of an attempt may be refused as well as done: either keeps the promise, if the
query then returns nothing. Where no attempt leaves a row that it could return, nothing was tried.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import psycopg

from vrss_contract.checks import scripted_steps
from vrss_contract.checks.judged import Judged, lacking, lost, named
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.kind import Kind
from vrss_contract.checks.verdict import Finding
from vrss_contract.contract.model import Attempt, Contract, InvariantPromise, TriggerStep
from vrss_contract.database.invariants import told
from vrss_contract.database.loader import said
from vrss_contract.sql.population import Population, no_row
from vrss_contract.target import Target

_HOLDS = "no counter-example"
Lack = Sequence[Population] | None
"""Where an attempt left no row to judge; None for one that could not be made, or was not asked."""


def _judge(
    promises: Mapping[str, InvariantPromise], context: JudgingContext
) -> Iterator[Iterable[Judged]]:
    for id_, promise in promises.items():
        asking = _Asking(id_, promise, context)
        judged, lacks = list[Judged](), list[Lack]()
        for attempt in promise.attempts:
            # Once an attempt left rows everywhere, it does not matter what others leave.
            result, lack = asking.judged(attempt, populated=[] in lacks)
            judged.append(result)
            lacks.append(lack)
        yield [*judged, *_vacuous(lacks)]


def _vacuous(lacks: Sequence[Lack]) -> Iterator[Judged]:
    """What there was no row of in any attempt; those that could not be made tell why themselves."""
    seen = [lack for lack in lacks if lack is not None]
    never = [one for one in seen[0] if all(one in lack for lack in seen)] if seen else []
    if never:
        repeat = "\n".join(f"{one.query};" for one in never)
        yield lost(Finding("after all that is tried", "a row to judge", no_row(never), repeat))


def _sql(promise: InvariantPromise, contract: Contract, _: Target) -> str:
    """The query, for live data too, then each attempt as a script for psql."""
    query = f"-- returns nothing but counter-examples, on live data too\n{promise.query};"
    scripts = (
        scripted_steps.script(contract, (), _steps(one, promise)) for one in promise.attempts
    )
    return "\n\n".join([query, *scripts])


def _steps(attempt: Attempt, promise: InvariantPromise) -> list[TriggerStep]:
    return [*(TriggerStep(statement) for statement in attempt.steps), TriggerStep(promise.query)]


@dataclass(frozen=True, slots=True)
class _Asking:
    """An invariant, and where it is asked."""

    id: str
    promise: InvariantPromise
    context: JudgingContext

    def judged(self, attempt: Attempt, *, populated: bool) -> tuple[Judged, Lack]:
        """What came of an attempt, and where it left no row to judge, unless that is settled."""
        steps = _steps(attempt, self.promise)
        repeat = scripted_steps.told(steps)
        texts = (*attempt.steps, self.promise.query)
        baseline = self.context.baseline_rows.needed(texts, ())
        if reason := self.context.lacking(baseline):
            return lost(Finding(attempt.because, _HOLDS, reason, repeat)), None
        try:
            with scripted_steps.scripted_session(self.context, steps[:-1]) as turn:
                if not turn.invariants.knows(self.id):
                    found = Finding(attempt.because, _HOLDS, "the query fails", self.promise.query)
                    return lost(found), None
                judged = self._tried(attempt, turn, repeat)
                asks = not (populated or judged.undecided)
                return judged, turn.invariants.unpopulated(self.id) if asks else None
        except (scripted_steps.Ended, psycopg.Error) as error:
            reason = said(error) if isinstance(error, psycopg.Error) else str(error)
            return lost(Finding(attempt.because, _HOLDS, reason, repeat)), None

    def _tried(self, attempt: Attempt, turn: scripted_steps.ScriptedSession, repeat: str) -> Judged:
        before = set(turn.invariants.counterexamples_of(self.id))
        turn.invariants.fallen(self.id)
        found = []
        for number, statement in enumerate(attempt.steps, start=1):
            ending = turn.play(TriggerStep(statement))
            if ending.message and number < len(attempt.steps):
                tables = named([statement], self.context.contract)
                lack = lacking(ending.condition, ending.message, tables, self.context)
                refused = lack or ending.message
                return lost(Finding(attempt.because, "it can be tried", refused, repeat))
            found += turn.invariants.fallen(self.id)
        found += [one for one in turn.invariants.counterexamples_of(self.id) if one not in before]
        return Judged((Finding(attempt.because, _HOLDS, told(found), repeat),) if found else ())


KIND: Kind[InvariantPromise] = Kind((InvariantPromise,), _judge, _sql)
