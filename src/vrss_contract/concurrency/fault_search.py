"""The search for faults on one target, from the server to the faults."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import psycopg

from vrss_contract.concurrency import scenarios
from vrss_contract.concurrency.oracle import Played
from vrss_contract.concurrency.restorable import RestorableDatabase
from vrss_contract.concurrency.schedule.player import Player
from vrss_contract.concurrency.workload.errors import NO_ROWS
from vrss_contract.concurrency.workload.play import Players
from vrss_contract.concurrency.workload.search import Fault, SearchTally, search
from vrss_contract.concurrency.workload.trial import Trial
from vrss_contract.contract.model import Clause, Contract, WorkloadPromise
from vrss_contract.database.baseline_rows import BaselineRows
from vrss_contract.database.loader import said
from vrss_contract.database.naming.naming import assumed
from vrss_contract.database.scratch import DEFAULT_TIMEOUT, Databases
from vrss_contract.postgres import Server
from vrss_contract.target import Target

_MOST = 4
"""Sessions of the largest program."""


@dataclass(frozen=True, slots=True)
class FaultSearch:
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
    tally: SearchTally = field(default_factory=SearchTally)
    seen: Callable[[str, int], None] = lambda *_: None
    """Told of each program before it is played: the workload, and how many were drawn from it."""

    def __iter__(self) -> Iterator[Fault]:
        """The faults as they are found. A fault of one workload is no news in the next.

        Raises:
            TroubleError: no server, or the target doesn't load, or the rows aren't taken.
        """
        known: list[Fault] = []
        with contextlib.ExitStack() as stack:
            access = stack.enter_context(self.server).access
            databases = stack.enter_context(
                Databases(access, timeout=self.timeout, schemas=self.contract.schemas)
            )
            database, _ = assumed(databases, self.target, self.contract)
            restorable = stack.enter_context(RestorableDatabase(database, self.contract))
            player = stack.enter_context(Player(database, _MOST, reset=restorable.reset))
            for clause in self.clauses:
                if isinstance(clause.promise, WorkloadPromise):
                    for fault in self._of(clause.id, clause.promise, restorable, player, known):
                        known.append(fault)
                        yield fault

    def _of(
        self,
        id_: str,
        promise: WorkloadPromise,
        restorable: RestorableDatabase,
        player: Player,
        known: Sequence[Fault],
    ) -> Iterator[Fault]:
        try:
            restorable.prepare(
                scenarios.workload_rows(promise, self.contract, BaselineRows(self.contract))
            )
        except psycopg.Error as error:
            raise NO_ROWS(text=self.target.name, reason=said(error)) from error
        operations = {name: self.contract.operations[name] for name in promise.operations}
        players = Players(restorable, player, operations, promise.asks)
        tally = SearchTally(lost=self.tally.lost)

        def play(trial: Trial) -> Played:
            self.seen(id_, tally.examples)
            return players(trial)

        yield from search(
            play,
            operations,
            examples=self.examples,
            seconds=self.seconds,
            seed=self.seed,
            known=tuple(known),
            tally=tally,
        )
        self.tally.examples += tally.examples
