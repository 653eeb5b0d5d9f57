"""How a clause is judged: one module a kind.

A kind is two functions and a word: ``judge(clauses, bench)`` yields a verdict for each clause in
order, ``sql(clause, contract, target)`` says what a person would run, ``DIVISIBLE`` whether
sessions may share the work. A new kind is one module and one line here; docs/ARCHITECTURE.md has
the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import ModuleType
from typing import Protocol, cast

from vrss_contract.checks import (
    cascade,
    dataset,
    invariant,
    jsonb,
    pairs,
    phase,
    query,
    rows,
    schedule,
    table,
    trigger,
    workload,
)
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.verdict import Verdict
from vrss_contract.contract.model import Clause, Contract
from vrss_contract.target import Target


class Kind(Protocol):
    """What judges the clauses of one kind."""

    DIVISIBLE: bool
    """Whether several sessions may share its clauses; else one judges them all."""

    def judge(self, clauses: Sequence[Clause], context: JudgingContext) -> Iterator[Verdict]:
        """A verdict for each clause, in order."""
        ...

    def sql(self, clause: Clause, contract: Contract, target: Target) -> str:
        """What a person would run to see the clause judged."""
        ...


def _kind(module: ModuleType) -> Kind:
    return cast("Kind", module)


KINDS: Mapping[str, Kind] = {
    "table": _kind(table),
    "rows": _kind(rows),
    "cascade": _kind(cascade),
    "phase": _kind(phase),
    "invariant": _kind(invariant),
    "trigger": _kind(trigger),
    "schedule": _kind(schedule),
    "pairs": _kind(pairs),
    "workload": _kind(workload),
    "jsonb": _kind(jsonb),
    "dataset": _kind(dataset),
    "query": _kind(query),
}
