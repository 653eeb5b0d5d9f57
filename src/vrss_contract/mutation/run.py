"""A run: the target is loaded, its mutants are made and judged, and what came of them is told."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING

from vrss_contract import __version__
from vrss_contract.checks.judging import LoadedTarget, told
from vrss_contract.checks.sharing.processes import Processes
from vrss_contract.checks.sharing.work import Came, Done, Event, here
from vrss_contract.contract import digest
from vrss_contract.contract.model import Contract
from vrss_contract.database.catalog.every_object import every_object
from vrss_contract.database.catalog.read import read
from vrss_contract.database.naming.naming import Naming, by_name
from vrss_contract.database.scratch import DEFAULT_TIMEOUT, Database, Databases
from vrss_contract.mutation import changed, reviewed
from vrss_contract.mutation.bench import LoadedMutants, MutationJob
from vrss_contract.mutation.errors import NO_MUTANT
from vrss_contract.mutation.journal import Journal
from vrss_contract.mutation.made import MadeMutants, divided, made, sampled, selected, wanted
from vrss_contract.mutation.mutant import Mutant, Schema
from vrss_contract.mutation.operators import OPERATORS
from vrss_contract.mutation.reviewed import Reviewed
from vrss_contract.mutation.tried import Tried
from vrss_contract.postgres import Server
from vrss_contract.target import Target

if TYPE_CHECKING:
    from vrss_contract.checks.changed.base import Base

PART = 48
"""Mutants that one process judges before it asks for more."""


@dataclass(frozen=True, slots=True)
class Mutation:
    """What is to be mutated, and how."""

    contract: Contract
    target: Target
    server: Server
    reviewed: Reviewed = field(default_factory=Reviewed)
    timeout: float = DEFAULT_TIMEOUT
    jobs: int = 1
    only: Sequence[str] = ()
    """Ids of mutants, or globs in which only ``*`` means something; all where there is none."""
    sample: int = 0
    """How many are drawn; 0 for all."""
    seed: int = 0
    base: Base | None = None
    """What a change is told against, where only mutants of what it touches are judged."""

    @property
    def whole(self) -> bool:
        """Whether all mutants are judged."""
        return not (self.only or self.sample or self.base)


@dataclass(slots=True)
class MutationResult:
    """What came of it."""

    tried: list[Tried] = field(default_factory=list)
    """In the order of the list."""
    duplicates: Sequence[tuple[str, str]] = ()
    expired: Sequence[tuple[str, str]] = ()
    """Arguments of the reviewed list that are of something else by now, and why."""
    server: str = ""
    seconds: float = 0.0
    resumed: int = 0
    """Mutants that were judged by a run which was cut off."""


def mutate(
    order: Mutation,
    seen: Callable[[Tried, int], None] = lambda *_: None,
    doing: Callable[[str], None] = lambda _: None,
) -> MutationResult:
    """Make and judge the mutants of the order.

    Args:
        order: what is mutated, and how.
        seen: told of each mutant that was judged, and of how many there are.
        doing: told what is done.

    Raises:
        TroubleError: the server could not be had or died, the target did not load, or there is no
            mutant to judge.
    """
    began, result = perf_counter(), MutationResult()
    processes = (
        Processes(MutationJob(order.contract), order.jobs)
        if order.jobs > 1
        else contextlib.nullcontext()
    )
    with processes as helping:
        doing("starting the server")
        with order.server as server, told(server.access, f"to judge {order.target.name}"):
            result.server = server.access.label
            with Databases(
                server.access, timeout=order.timeout, schemas=order.contract.schemas
            ) as databases:
                doing(f"loading {order.target.name}")
                database = databases.load(order.target)
                target = by_name(database, order.target, order.contract, Naming())
                loaded = LoadedTarget(databases.membership, database, target)
                run = _Run(order, result, loaded, databases, helping, seen)
                run.judge(doing)
    result.seconds = perf_counter() - began
    return result


@dataclass(slots=True)
class _Run:
    """The judging of one run, by whichever processes."""

    order: Mutation
    result: MutationResult
    loaded: LoadedTarget
    databases: Databases
    processes: Processes | None
    seen: Callable[[Tried, int], None]

    def judge(self, doing: Callable[[str], None]) -> None:
        """Judge all parts, but those that a run which was cut off has judged."""
        doing("making mutants")
        list_ = self._list(self.loaded.database)
        parts, journal = divided(list_.mutants, PART), Journal(self._digest(list_))
        known = journal.read(parts)
        self.result.resumed = sum(map(len, known.values()))
        valid = self.order.reviewed.without(place for place, _ in self.result.expired)
        given = LoadedMutants(self.loaded, parts, valid)
        came = defaultdict[int, list[Tried]](list)
        for event in self._events(given, [n for n in range(len(parts)) if n not in known]):
            if isinstance(event, Came):
                came[event.unit].append(event.result)
                self.seen(event.result, len(list_.mutants))
            elif isinstance(event, Done):
                journal.add(event.unit, came[event.unit])
        every = {**known, **came}
        self.result.tried = [one for n in range(len(parts)) for one in every[n]]
        journal.end()

    def _list(self, database: Database) -> MadeMutants:
        """The mutants that are judged. Raises TroubleError where there are none."""
        order = self.order
        with database.connect() as session:
            objects = every_object(session)
            schema = Schema(read(session, order.contract.schemas), objects, order.contract)
        operators = wanted(OPERATORS, order.only, changed=order.base is not None)
        list_ = made(operators, schema)
        self.result.duplicates = list_.duplicates
        self.result.expired = tuple(reviewed.expired(order.reviewed, order.contract, objects))
        chosen: Sequence[Mutant] = list_.mutants
        if order.only:
            chosen = selected(list_, order.only)
        if order.base is not None:
            chosen = changed.touched(chosen, order.base, self.databases, objects)
        if order.sample:
            chosen = sampled(chosen, order.sample, order.seed)
        if not chosen:
            raise NO_MUTANT(
                target=order.target.name,
                chosen=f" that are like {', '.join(order.only)}" if order.only else "",
                made=len(list_.mutants),
            )
        return MadeMutants(tuple(chosen), list_.duplicates)

    def _events(self, given: LoadedMutants, order: Sequence[int]) -> Iterator[Event]:
        if self.processes and len(order) > 1:
            yield from self.processes.work(given, order, lambda n: f"mutants, part {n + 1}")
            return
        with MutationJob(self.order.contract).open(given, 1, lambda _: None) as bench:
            yield from here(bench, order)

    def _digest(self, list_: MadeMutants) -> str:
        order = self.order
        return digest.of_values(
            __version__,
            digest.of_contract(order.contract),
            [step.sql for step in order.target.steps],
            [(one.id, one.ddl) for one in list_.mutants],
            repr(order.reviewed),
            order.timeout,
            self.result.server,
        )
