"""How a clause is judged: one module a kind.

A kind is two functions and a word: ``judge(clauses, bench)`` yields a verdict for each clause in
order, ``sql(clause, contract, target)`` says what a person would run, ``DIVISIBLE`` whether
sessions may share the work. A new kind is one module and one name here; docs/ARCHITECTURE.md has
the rest. A kind's module is imported when a clause of the kind is met.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
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


class _Kinds(Mapping[str, Kind]):
    """Kinds by name, in the order that reports have them."""

    def __init__(self, *names: str) -> None:
        self._names = dict.fromkeys(names)

    def __getitem__(self, name: str) -> Kind:
        if name not in self._names:
            raise KeyError(name)
        return cast("Kind", importlib.import_module(f"{__name__}.{name}"))

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


KINDS: Mapping[str, Kind] = _Kinds(
    *("table", "rows", "cascade", "phase", "invariant", "trigger"),
    *("schedule", "pairs", "workload", "jsonb", "dataset", "query"),
)
