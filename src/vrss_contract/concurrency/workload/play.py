"""A trial played: its operations as SQL, before the oracle."""

from __future__ import annotations

from dataclasses import dataclass

from vrss_contract.concurrency.oracle import Oracle, Played, Rows, Steps
from vrss_contract.concurrency.workload.call import Operations
from vrss_contract.concurrency.workload.trial import Trial, allowed_errors, program


@dataclass(frozen=True, slots=True)
class Players:
    """Plays trials of these operations. ``asks`` are the invariants that hold by protocol only."""

    rows: Rows
    steps: Steps
    operations: Operations
    asks: tuple[str, ...] = ()

    def __call__(self, trial: Trial) -> Played:
        """What came of the trial, from the rows as they were."""
        scripts, may = program(trial, self.operations), allowed_errors(trial, self.operations)
        return Oracle(self.rows, self.steps, scripts, may, self.asks).play(trial.order)
