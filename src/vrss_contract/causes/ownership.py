"""Which of several candidates it is that a clause holds by: the one with which it begins to hold.

All were run, one after the other, and the clause holds then and did not before. So it is looked for
by halves: with 150 candidates a clause is judged eight times and not 150.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from vrss_contract.causes.tried_cause import TriedCause, run
from vrss_contract.contract.model import Clause
from vrss_contract.database.scratch import Database, Databases


@dataclass(frozen=True, slots=True)
class Owners:
    """Gives clauses to the candidates that they hold by."""

    databases: Databases
    held: Callable[[Database, Sequence[Clause]], frozenset[str]]
    """Which of the clauses hold in a database."""
    doing: Callable[[str], None]

    def find(
        self, before: Database, trials: Sequence[TriedCause], clauses: Sequence[Clause]
    ) -> None:
        """Give each clause to one of the trials.

        Args:
            before: a database in which the clauses do not hold; nobody is connected to it.
            trials: candidates with which, when all are run there in this order, they do.
            clauses: those.
        """
        if not clauses:
            return
        if len(trials) == 1:
            trials[0].owned.extend(clauses)
            return
        first, rest = trials[: len(trials) // 2], trials[len(trials) // 2 :]
        self.doing(f"finding what {len(clauses):,} clauses hang on")
        after = self.databases.create(before)
        with after.connect() as session:
            for trial in first:
                run(session, trial.candidate)
        held = self.held(after, clauses)
        self.find(before, first, [one for one in clauses if one.id in held])
        self.find(after, rest, [one for one in clauses if one.id not in held])
        self.databases.drop(after)
