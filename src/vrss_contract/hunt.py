"""The search for faults on one target, from the server to the faults.

Knows where the programs of a search come from and what they are played on; does not know how one is
drawn, made smaller or judged.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import psycopg

from vrss_contract.clause.model import Clause, Contract, WorkloadPromise
from vrss_contract.database import DEFAULT_TIMEOUT, Databases
from vrss_contract.kinds import workload
from vrss_contract.loading import said
from vrss_contract.replay import NoRowsError
from vrss_contract.schedule.player import Player
from vrss_contract.server import Server
from vrss_contract.stage import Stage
from vrss_contract.target import Target
from vrss_contract.workload.play import Players
from vrss_contract.workload.search import Fault, Tally, search

_MOST = 4
"""Sessions of the largest program."""


@dataclass(frozen=True, slots=True)
class Hunt:
    """What is searched, for how long, and how far it is."""

    contract: Contract
    clauses: Sequence[Clause]
    """The workloads whose programs are drawn, one after the other."""
    target: Target
    server: Server
    examples: int
    seconds: float
    """For each workload."""
    seed: int = 0
    timeout: float = DEFAULT_TIMEOUT
    tally: Tally = field(default_factory=Tally)

    def __iter__(self) -> Iterator[Fault]:
        """The faults as they are found. A fault of one workload is no news in the next.

        Raises:
            TroubleError: no server, or the target doesn't load, or the rows aren't taken.
        """
        known: list[Fault] = []
        with contextlib.ExitStack() as stack:
            access = stack.enter_context(self.server).access
            databases = stack.enter_context(Databases(access, timeout=self.timeout))
            database = databases.load(self.target)
            stage = stack.enter_context(Stage(database, self.contract))
            player = stack.enter_context(Player(database, _MOST, reset=stage.reset))
            for clause in self.clauses:
                if isinstance(clause.promise, WorkloadPromise):
                    for fault in self._of(clause.promise, stage, player, known):
                        known.append(fault)
                        yield fault

    def _of(
        self, promise: WorkloadPromise, stage: Stage, player: Player, known: Sequence[Fault]
    ) -> Iterator[Fault]:
        try:
            stage.prepare(workload.rows(promise, self.contract))
        except psycopg.Error as error:
            raise NoRowsError(self.target.name, said(error)) from error
        operations = {name: self.contract.operations[name] for name in promise.operations}
        tally = Tally(lost=self.tally.lost)
        yield from search(
            Players(stage, player, operations, promise.asks),
            operations,
            examples=self.examples,
            seconds=self.seconds,
            seed=self.seed,
            known=tuple(known),
            tally=tally,
        )
        self.tally.examples += tally.examples
