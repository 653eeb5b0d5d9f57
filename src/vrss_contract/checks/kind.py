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


def apart(_: Promise) -> str:
    """The word of a promise that can be judged without the others of its kind."""
    return ""


def as_one(_: Promise) -> str:
    """The word of promises that are judged by one session, all of the kind."""
    return "all"


@dataclass(frozen=True, slots=True)
class Kind(Generic[P]):
    """How the clauses of one kind are judged."""

    promises: tuple[type[P], ...]
    """The classes of promise that its clauses make."""
    judged: Callable[[Mapping[str, P], JudgingContext], Iterable[Iterable[Judged]]]
    """What was seen of each promise, in order; they are called by the ids of their clauses."""
    script: Callable[[P, Contract, Target], str]
    """What a person would run to see a promise judged."""
    together: Callable[[P], str] = apart
    """A word for each promise; one session judges all that have one in common, which is not empty.

    Which session judges the others does not matter."""

    def judge(self, clauses: Sequence[Clause], context: JudgingContext) -> Iterator[Verdict]:
        """A verdict for each clause, in order."""
        promises = {clause.id: self._promise(clause, context.contract) for clause in clauses}
        for clause, judged in zip(clauses, self.judged(promises, context), strict=True):
            yield decided(clause, judged, brief=context.brief)

    def part(self, clause: Clause) -> str:
        """The word that all clauses have in common which one session has to judge."""
        if not isinstance(clause.promise, self.promises):
            raise TypeError(clause.id)
        return self.together(clause.promise)

    def sql(self, clause: Clause, contract: Contract, target: Target) -> str:
        """What a person would run to see the clause judged."""
        return self.script(self._promise(clause, contract), contract, target)

    def _promise(self, clause: Clause, contract: Contract) -> P:
        promise = played(clause.promise, contract)
        if not isinstance(promise, self.promises):
            raise TypeError(clause.id)
        return promise
