"""A clause as the export has it: what it promises, with its rows filled up for whoever judges.

A declaration stands once in the document, and a clause names it. Rule: contracts/README.md,
"contracts.json".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from vrss_contract.contract import digest
from vrss_contract.contract.explicit_ids import played
from vrss_contract.contract.model import (
    CascadePromise,
    Case,
    Clause,
    Contract,
    FactPromise,
    Given,
    InvariantPromise,
    JsonbPromise,
    NamePromise,
    PairsPromise,
    Promise,
    QueryPromise,
    RestoredPromise,
    RowsPromise,
    SchedulePromise,
    StrangersPromise,
    TriggerPromise,
    WitnessPromise,
    WorkloadPromise,
)
from vrss_contract.contract.sessions import operations_named
from vrss_contract.contract.whole_rows import CANDIDATE, WholeRows


class ExportedClauses:
    """The clauses of a contract as values that JSON can hold."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._rows = WholeRows(contract)

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        return map(self._exported, self._contract.clauses)

    def _exported(self, clause: Clause) -> Mapping[str, Any]:
        as_played = replace(clause, promise=played(clause.promise, self._contract))
        fields = digest.meaning(as_played)
        fields["promise"] |= _named(clause.promise) | self._filled(as_played.promise)
        if isinstance(clause.promise, FactPromise):
            # What is expected stands under tables, enums, functions or objects.
            del fields["promise"]["expected"]
        written = str(clause.place) if clause.place.file else ""
        return {**fields, "written": written, "digest": digest.of_clause(clause)}

    def _filled(self, promise: Promise) -> dict[str, Any]:
        """The promise's rows with what they do not say, and the baseline's tables they need."""
        if isinstance(promise, RowsPromise | NamePromise):
            return {"cases": [self._case(promise.table, case) for case in promise.cases]}
        if isinstance(promise, InvariantPromise):
            return {
                "attempts": [
                    digest.meaning(one)
                    | {"needs": self._rows.needs_of((*one.steps, promise.query), ())}
                    for one in promise.attempts
                ]
            }
        if isinstance(promise, CascadePromise):
            return self._given(promise.given, CANDIDATE) | {"needs": self._needs(promise.given)}
        if isinstance(
            promise,
            TriggerPromise | SchedulePromise | PairsPromise | StrangersPromise | WorkloadPromise,
        ):
            needs = self._rows.needs_of(self._texts(promise), promise.given)
            return self._given(promise.given, CANDIDATE + 1) | {"needs": needs}
        if isinstance(promise, RestoredPromise):
            return self._given(promise.given, CANDIDATE + 1)
        return {}

    def _case(self, table: str, case: Case) -> dict[str, Any]:
        whole = self._rows.filled(table, case.row, number=CANDIDATE, omits=case.omits)
        return {
            **digest.meaning(case),
            "fills": _rest(whole, case.row),
            **self._given(case.given, CANDIDATE + 1),
            "needs": self._needs((Given(table, case.row), *case.given)),
        }

    def _given(self, given: Sequence[Given], first: int) -> dict[str, Any]:
        """Rows that are put in before, the number of the first one being ``first``."""
        wholes = [
            self._rows.filled(one.table, one.row, number=number)
            for number, one in enumerate(given, start=first)
        ]
        return {
            "given": [
                {**digest.meaning(one), "fills": _rest(whole, one.row)}
                for one, whole in zip(given, wholes, strict=True)
            ]
        }

    def _needs(self, rows: Sequence[Given]) -> tuple[str, ...]:
        return self._rows.ordered({n for one in rows for n in self._rows.needs(one.table, one.row)})

    def _texts(
        self,
        promise: TriggerPromise
        | SchedulePromise
        | PairsPromise
        | StrangersPromise
        | WorkloadPromise,
    ) -> Sequence[str]:
        """The SQL that says which baseline rows a clause speaks of."""
        if isinstance(promise, TriggerPromise):
            return [step.do for step in promise.steps]
        if isinstance(promise, SchedulePromise):
            return [*promise.statements, *promise.then]
        return [self._contract.operations[name].sql for name in operations_named(promise)]


def _named(promise: Promise) -> dict[str, Any]:
    """The names of declarations in their place."""
    if isinstance(promise, JsonbPromise):
        return {"shape": promise.shape.name}
    if isinstance(promise, QueryPromise | WitnessPromise):
        return {
            "query": promise.query.name,
            "case": promise.case.name if promise.case else None,
        }
    return {}


def _rest(whole: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: digest.meaning(value) for name, value in whole.items() if name not in row}
