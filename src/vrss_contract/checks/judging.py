"""A kind's clauses judged, one verdict after the other, and what each process does it with."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import psycopg
from psycopg.pq import PGconn, Ping

from vrss_contract.checks import KINDS
from vrss_contract.checks.judged import decided, lost
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.sharing.units import Unit, only
from vrss_contract.checks.verdict import Finding, Verdict
from vrss_contract.contract.model import Clause, Contract
from vrss_contract.database.loader import DISK_FULL, NO_SESSION, SERVER_DIED, said
from vrss_contract.database.scratch import Databases, Membership
from vrss_contract.database.scratch_database import Database
from vrss_contract.postgres import Access
from vrss_contract.target import Target


def verdicts(kind: str, clauses: Sequence[Clause], context: JudgingContext) -> Iterator[Verdict]:
    """The verdicts on clauses of one kind, in order, each as it is found.

    From where a target makes even asking impossible, the rest is undecided.

    Raises:
        TroubleError: the server died.
    """
    count = 0
    try:
        for verdict in KINDS[kind].judge(clauses, context):
            yield verdict
            count += 1
    except psycopg.Error as error:
        finding = Finding("the question itself failed", "an answer", said(error))
        yield from (decided(clause, [lost(finding)]) for clause in clauses[count:])
    if not context.databases.alive():
        raise SERVER_DIED(tried="to judge the clauses")


@contextlib.contextmanager
def told(access: Access, tried: str) -> Iterator[None]:
    """A failure of the server's, in the words of an error that people read."""
    try:
        yield
    except psycopg.errors.DiskFull as error:
        raise DISK_FULL(tried=tried, reason=said(error)) from error
    except psycopg.Error as error:
        # A session may be refused while the server lives: one that ended is counted for a while.
        if PGconn.ping(access.admin.encode()) != Ping.OK:
            raise SERVER_DIED(tried=tried) from error
        raise NO_SESSION(tried=tried, reason=said(error)) from error


@dataclass(frozen=True, slots=True)
class JudgingBench:
    """Units of work, and what one process judges them with."""

    units: Sequence[Unit]
    context: JudgingContext

    def work(self, number: int) -> Iterator[Verdict]:
        """The verdicts on one unit's clauses, as they are found."""
        unit = self.units[number]
        self.context.renew()  # what is found must not depend on what was judged here before
        yield from verdicts(unit.kind, unit.clauses, self.context)

    def interrupt(self) -> None:
        """End every session that judges."""
        self.context.databases.interrupt()


@dataclass(frozen=True, slots=True)
class LoadedTarget:
    """What is known as soon as the target is loaded."""

    membership: Membership
    database: Database
    """The loaded one, which nobody enters."""
    target: Target
    """What is loaded, with the names that were found for it."""
    chosen: frozenset[str] | None = None
    """The ids of the clauses that are judged; None for all of the units'."""


@dataclass(frozen=True, slots=True)
class JudgingJob:
    """What the processes of one run are for."""

    contract: Contract
    target: Target
    units: Sequence[Unit]
    thorough: bool

    def prepare(self) -> None:
        """Import what judges, while the server starts and the target loads."""
        for kind in {unit.kind for unit in self.units}:
            KINDS[kind]

    @contextlib.contextmanager
    def open(
        self, given: LoadedTarget, place: int, doing: Callable[[str], None]
    ) -> Iterator[JudgingBench]:
        """The bench of one process, with a database of its own."""
        tried = f"to judge {self.target.name}"
        with (
            told(given.membership.access, tried),
            Databases.joined(given.membership, place) as databases,
            JudgingContext(
                self.contract,
                given.target,
                databases,
                databases.create(given.database),
                template=given.database,
                thorough=self.thorough,
                doing=doing,
            ) as context,
        ):
            yield JudgingBench(only(self.units, given.chosen), context)
