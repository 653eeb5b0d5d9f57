"""A storm on one target, with its triggers and without, and the invariants afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from vrss_contract.concurrency.load_test import LoadTestResult, disarm, storm
from vrss_contract.concurrency.load_test.ledger import counted
from vrss_contract.contract.model import Contract, Operation
from vrss_contract.database.invariants import Counterexample, Invariants
from vrss_contract.database.naming.naming import assumed
from vrss_contract.database.scratch import DEFAULT_TIMEOUT, Database, Databases
from vrss_contract.postgres import Server
from vrss_contract.target import Target


@dataclass(frozen=True, slots=True)
class LoadTest:
    """A storm's result, and what the invariants say of what it left."""

    name: str
    result: LoadTestResult
    broken: tuple[Counterexample, ...] = ()

    @property
    def held(self) -> bool:
        """Whether nothing was lost, nothing refused that may not be, and no invariant is broken."""
        return not (self.broken or self.result.faults or self.result.lost)


@dataclass(frozen=True, slots=True)
class LoadTestPlan:
    """How many connections do how much, on what."""

    contract: Contract
    target: Target
    server: Server
    connections: int
    count: int
    seed: int = 0
    timeout: float = DEFAULT_TIMEOUT

    def storms(self, seen: Callable[[str, int], None] = lambda *_: None) -> Iterator[LoadTest]:
        """Without hard deletes, where every row is accounted for; with them; without triggers.

        Raises:
            TroubleError: the contract has nothing to race with, the server can't be had, or the
                target doesn't load.
        """
        manifest, everything = self.contract.manifest, self.contract.operations
        manifest.required_load_test()  # not after a server has started
        kept = {
            name: one for name, one in everything.items() if not one.deletes and counted(one.sql)
        }
        if not kept:
            remedy = "declare some, as entries of kind operation: what the connections do"
            raise manifest.lacks("no operations to race with", remedy)
        with (
            self.server as server,
            Databases(
                server.access, timeout=self.timeout, schemas=self.contract.schemas
            ) as databases,
        ):
            database, _ = assumed(databases, self.target, self.contract)
            yield self._storm("every row accounted for", databases, database, kept, seen)
            yield self._storm("hard deletes as well", databases, database, everything, seen)
            calm = self._storm("without triggers", databases, database, kept, seen, armed=False)
            yield replace(calm, broken=())

    def _storm(  # noqa: PLR0913 - a storm has these dimensions
        self,
        name: str,
        databases: Databases,
        template: Database,
        operations: Mapping[str, Operation],
        seen: Callable[[str, int], None],
        *,
        armed: bool = True,
    ) -> LoadTest:
        copy = databases.create(template)
        try:
            if not armed:
                disarm(copy)
            result = storm(
                copy,
                self.contract,
                operations,
                connections=self.connections,
                count=self.count,
                seed=self.seed,
                seen=lambda done: seen(name, done),
            )
            with copy.connect() as session:
                broken = Invariants(self.contract, session).counterexamples()
            return LoadTest(name, result, tuple(broken))
        finally:
            databases.drop(copy)
