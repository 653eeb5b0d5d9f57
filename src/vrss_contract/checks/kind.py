"""What a kind of clause is to those who run it: how its promises are judged, and shown as SQL.

The one place where a clause is matched with its kind: a kind's own functions are given promises of
the type that they judge.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from vrss_contract.checks.judged import Judged, decided
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.verdict import Verdict
from vrss_contract.contract.explicit_ids import played
from vrss_contract.contract.model import Clause, Contract, Promise
from vrss_contract.target import Target

P = TypeVar("P", bound=Promise)


@dataclass(frozen=True, slots=True)
class Kind(Generic[P]):
    """How the clauses of one kind are judged."""

    promises: tuple[type[P], ...]
    """The classes of promise that its clauses make."""
    judged: Callable[[Mapping[str, P], JudgingContext], Iterable[Iterable[Judged]]]
    """What was seen of each promise, in order; they are called by the ids of their clauses."""
    script: Callable[[P, Contract, Target], str]
    """What a person would run to see a promise judged."""
    divisible: bool = True
    """Whether several sessions may share its clauses; else one judges them all."""

    def judge(self, clauses: Sequence[Clause], context: JudgingContext) -> Iterator[Verdict]:
        """A verdict for each clause, in order."""
        promises = {clause.id: self._promise(clause, context.contract) for clause in clauses}
        for clause, judged in zip(clauses, self.judged(promises, context), strict=True):
            yield decided(clause, judged)

    def sql(self, clause: Clause, contract: Contract, target: Target) -> str:
        """What a person would run to see the clause judged."""
        return self.script(self._promise(clause, contract), contract, target)

    def _promise(self, clause: Clause, contract: Contract) -> P:
        promise = played(clause.promise, contract)
        if not isinstance(promise, self.promises):
            raise TypeError(clause.id)
        return promise
