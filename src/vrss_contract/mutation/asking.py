"""The asking after one mutant: who heard it until now, and whether more clauses have to be asked.

Pure.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from vrss_contract.checks.verdict import Outcome
from vrss_contract.contract.model import Clause
from vrss_contract.mutation.mutant import Mutant
from vrss_contract.mutation.tried import Killer, reaches

_ENOUGH = 2
"""Killers after which no more clauses are asked: one alone is its sole killer, two are not."""
_PATIENCE = 25.0
"""Seconds that clauses which can't be judged may take before the rest is not asked: a few of many
rows may hang, where one of few rows hears it."""
_LONG = 2.0
"""Seconds that no clause takes in one session unless what it asks does not end: where one is broken
by that, no other is asked, in which it would not end either."""


@dataclass(slots=True)
class Asking:
    """What was found of a mutant until now."""

    mutant: Mutant
    killers: list[Killer] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)
    undecided: str = ""
    spent: float = 0.0
    enough: int = _ENOUGH
    """Killers after which no more is asked, should one of them be as strict as is deserved."""
    known: Collection[str] = ()
    """Clauses that alone have killed another mutant, after which no more is asked either."""

    @property
    def heard(self) -> bool:
        """Whether a clause as strict as the mutant deserves is broken."""
        return any(reaches(one, self.mutant) for one in self.killers)

    @property
    def over(self) -> bool:
        """Whether nothing more has to be asked."""
        if self.heard:
            return len(self.killers) >= self.enough or self.cut
        return self.spent > _PATIENCE

    @property
    def cut(self) -> bool:
        """Whether it does not matter who else hears it, or would take too long."""
        return self.killers[0].clause in self.known or self.spent > _LONG

    @property
    def alone(self) -> bool:
        """Whether one clause kills it, and no other."""
        return self.heard and len(self.killers) == 1 and not self.cut

    def take(self, clause: Clause, outcome: Outcome, seconds: float, *, together: bool) -> None:
        """Take in what came of a clause.

        Args:
            clause: the clause.
            outcome: what it ended in.
            seconds: how long it took.
            together: whether sessions at once were asked, which may well take long.
        """
        self.asked.add(clause.id)
        if outcome is Outcome.BROKEN:
            self.killers.append(Killer(clause.id, clause.level))
        elif outcome is Outcome.UNDECIDED:
            self.undecided = self.undecided or clause.id
        if outcome is Outcome.UNDECIDED or (seconds > _LONG and not together):
            self.spent += seconds
