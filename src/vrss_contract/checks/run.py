"""The street in one page: a target onto a server, its clauses judged, the verdicts out.

Work is shared among sessions; verdicts come out in the contract's order.
"""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import groupby

import psycopg
from psycopg.pq import PGconn, Ping

from vrss_contract.checks import KINDS, phase
from vrss_contract.checks.judged import decided, lost
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.verdict import Finding, Verdict
from vrss_contract.contract.model import Clause, Contract
from vrss_contract.database.loader import (
    DISK_FULL,
    NO_SESSION,
    SERVER_DIED,
    said,
)
from vrss_contract.database.scratch import DEFAULT_TIMEOUT, Database, Databases
from vrss_contract.errors import TroubleError
from vrss_contract.postgres import Access, Server
from vrss_contract.target import Target

_SHARE = 200
"""Clauses that one session judges at a time: enough that batches stay worth their round trip."""


@dataclass(frozen=True, slots=True)
class Verification:
    """What is to be verified, and how."""

    contract: Contract
    clauses: Sequence[Clause]
    target: Target
    server: Server
    timeout: float = DEFAULT_TIMEOUT
    jobs: int = 1
    keep: bool = False
    thorough: bool = False
    """Whether to try all there is, where a gate has time for a part of it."""


@dataclass(slots=True)
class VerificationResult:
    """What came of it: verdicts in the contract's order, and where the time went, in seconds."""

    verdicts: tuple[Verdict, ...] = ()
    server: str = ""
    seconds: dict[str, float] = field(default_factory=dict)
    kept: str = ""
    """How to connect to the database that was left, and how to end it."""
    notes: tuple[str, ...] = ()
    """What a reader has to know of the target."""


def verify(
    order: Verification,
    seen: Callable[[Verdict], None] = lambda _: None,
    doing: Callable[[str], None] = lambda _: None,
) -> VerificationResult:
    """Judge the clauses of the order.

    Args:
        order: what is verified, and how.
        seen: told of the verdicts of each share of the work as it ends.
        doing: told what is done before.

    Raises:
        TroubleError: the server could not be had or died, or the target did not load.
    """
    result, clock = VerificationResult(), _Clock()
    doing("starting the server")
    with order.server as server, _told(server.access, f"to judge {order.target.name}"):
        result.server = server.access.label
        with Databases(
            server.access, timeout=order.timeout, schemas=order.contract.schemas
        ) as databases:
            clock.lap(result, "start")
            doing(f"loading {order.target.name}")
            try:
                database = databases.load(order.target)
            except TroubleError as trouble:
                verdicts = _by_phases(order, databases, trouble)
            else:
                result.notes = (*order.target.notes, *filter(None, [database.note]))
                clock.lap(result, "load")
                verdicts = list(_judged(order, databases, database, seen, doing))
                if order.keep:  # not before: a run that fails or is interrupted leaves nothing
                    result.kept = f"{databases.keep(database)}\n{server.keep()}".strip()
            result.notes += server.access.notes
            clock.lap(result, "judge")
    result.verdicts = _in_order(verdicts, order.clauses)
    clock.lap(result, "stop")
    return result


def _in_order(verdicts: Iterable[Verdict], clauses: Iterable[Clause]) -> tuple[Verdict, ...]:
    place = {clause.id: n for n, clause in enumerate(clauses)}
    return tuple(sorted(verdicts, key=lambda verdict: place[verdict.id]))


def _by_phases(order: Verification, databases: Databases, trouble: TroubleError) -> list[Verdict]:
    """The verdicts on phases, where a phase needs a later one; all other clauses are undecided.

    Raises:
        TroubleError: the target does not load for another reason.
    """
    on_phases = [one for one in order.clauses if one.kind == "phase"]
    if not (on_phases and phase.needs_a_later_one(trouble, order.target, order.contract)):
        raise trouble
    reason = Finding(trouble.headline, "a target that loads", trouble.found)
    others = [decided(one, [lost(reason)]) for one in order.clauses if one.kind != "phase"]
    with _context(order, databases, databases.create(), lambda _: None) as context:
        return [*judge(context, on_phases), *others]


def judge(context: JudgingContext, clauses: Iterable[Clause]) -> Iterator[Verdict]:
    """The verdicts on the clauses, kind by kind, in one context; each carries its share of time."""
    by_kind = sorted(clauses, key=lambda clause: clause.kind)
    for kind, group in groupby(by_kind, key=lambda clause: clause.kind):
        members = list(group)
        began = time.perf_counter()
        verdicts = list(_of_kind(kind, members, context))
        share = (time.perf_counter() - began) / len(members)
        yield from (replace(verdict, seconds=round(share, 6)) for verdict in verdicts)


def _of_kind(kind: str, clauses: Sequence[Clause], context: JudgingContext) -> Iterable[Verdict]:
    """The kind's verdicts; all undecided where a target makes even asking impossible."""
    try:
        verdicts = list(KINDS[kind].judge(clauses, context))
    except psycopg.Error as error:
        finding = Finding("the question itself failed", "an answer", said(error))
        verdicts = [decided(clause, [lost(finding)]) for clause in clauses]
    if not context.databases.alive():
        raise SERVER_DIED(tried="to judge the clauses")
    return verdicts


@contextlib.contextmanager
def _told(access: Access, tried: str) -> Iterator[None]:
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


def _judged(
    order: Verification,
    databases: Databases,
    database: Database,
    seen: Callable[[Verdict], None],
    doing: Callable[[str], None],
) -> Iterator[Verdict]:
    shares = list(_shares(order.clauses, order.jobs))
    copies = [database, *(databases.create(database) for _ in range(order.jobs - 1))]

    def work(share: Sequence[Clause]) -> list[Verdict]:
        copy, verdicts = copies.pop(), []
        try:
            with _context(order, databases, copy, doing) as context:
                for verdict in judge(context, share):
                    seen(verdict)
                    verdicts.append(verdict)
        finally:
            copies.append(copy)
        return verdicts

    pool = ThreadPoolExecutor(order.jobs)
    try:
        for verdicts in pool.map(work, shares):
            yield from verdicts
    except KeyboardInterrupt:
        databases.interrupt()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _context(
    order: Verification, databases: Databases, database: Database, doing: Callable[[str], None]
) -> JudgingContext:
    return JudgingContext(
        order.contract, order.target, databases, database, thorough=order.thorough, doing=doing
    )


def _shares(clauses: Iterable[Clause], jobs: int) -> Iterator[Sequence[Clause]]:
    """Parts of the work, each of one kind."""
    by_kind = sorted(clauses, key=lambda clause: clause.kind)
    for kind, group in groupby(by_kind, key=lambda clause: clause.kind):
        members = list(group)
        size = len(members)
        if jobs > 1 and KINDS[kind].divisible:
            size = min(_SHARE, math.ceil(size / jobs))
        yield from (members[start : start + size] for start in range(0, len(members), size))


class _Clock:
    """Laps, so that stages add up to the whole."""

    def __init__(self) -> None:
        self._last = time.perf_counter()

    def lap(self, result: VerificationResult, restorable: str) -> None:
        now = time.perf_counter()
        result.seconds[restorable] = now - self._last
        self._last = now
