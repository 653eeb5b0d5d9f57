"""The street in one page: a target onto a server, its clauses judged, the verdicts out.

Work is shared among processes; verdicts come out in the contract's order.
"""

from __future__ import annotations

import contextlib
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import TYPE_CHECKING

from vrss_contract.checks import judged_where, phase
from vrss_contract.checks.clock import Clock
from vrss_contract.checks.judged import decided, lost
from vrss_contract.checks.judging import JudgingBench, JudgingJob, LoadedTarget, told, verdicts
from vrss_contract.checks.judging_context import JudgingContext
from vrss_contract.checks.sharing.processes import Processes
from vrss_contract.checks.sharing.units import Unit, longest_first, only, shard, units, useful
from vrss_contract.checks.sharing.work import Begun, Came, Doing, Done, Event, here
from vrss_contract.checks.verdict import Finding, Outcome, Verdict
from vrss_contract.checks.waived import Waivers
from vrss_contract.contract.model import Clause, Contract
from vrss_contract.database.naming.naming import Naming, by_name
from vrss_contract.database.scratch import DEFAULT_TIMEOUT, Database, Databases
from vrss_contract.errors import TroubleError
from vrss_contract.postgres import Server
from vrss_contract.target import Target

if TYPE_CHECKING:
    from vrss_contract.checks.changed.base import Base
    from vrss_contract.checks.changed.choose import Share


@dataclass(frozen=True, slots=True)
class Verification:
    """What is to be verified, and how."""

    contract: Contract
    clauses: Sequence[Clause]
    """Those of the whole run, also where it is shared with other machines."""
    target: Target
    server: Server
    timeout: float = DEFAULT_TIMEOUT
    jobs: int = 1
    """Processes that judge at a time; one judges in this process."""
    shard: tuple[int, int] = (1, 1)
    """Which of how many parts of the run is made here, from 1."""
    first: bool = False
    """Whether to judge no further than to the first broken clause."""
    keep: bool = False
    base: Base | None = None
    """What a change is told against, where only the clauses that it can touch are judged."""
    thorough: bool = False
    """Whether to try all there is, where a gate has time for a part of it."""
    waivers: Waivers = field(default_factory=Waivers)
    """What may fall."""
    naming: Naming = field(default_factory=Naming)
    """Which names may be others than the contract's."""

    @property
    def units(self) -> list[Unit]:
        """What is judged here, divided."""
        return shard(units(self.clauses), *self.shard)


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
    target: Target | None = None
    """What was judged, with the names that were found for it; None where it did not load."""
    share: Share | None = None
    """The clauses that were chosen by a change, where there was one to choose by."""


class InterruptedRun(KeyboardInterrupt):
    """A run that was interrupted, with what came of it until then."""

    def __init__(self, result: VerificationResult) -> None:
        super().__init__()
        self.result = result


def verify(
    order: Verification,
    seen: Callable[[Verdict], None] = lambda _: None,
    doing: Callable[[str], None] = lambda _: None,
) -> VerificationResult:
    """Judge the clauses of the order.

    Args:
        order: what is verified, and how.
        seen: told of each verdict as it is found, before its seconds are known.
        doing: told what is done.

    Raises:
        TroubleError: the server could not be had or died, or the target did not load.
        InterruptedRun: it was interrupted, and all is tidied up.
    """
    shares, result = order.units, VerificationResult()
    judging = _Judging(order, shares, seen, doing)
    try:
        with _processes(order, shares) as judging.processes:
            _verify(judging, result)
    except KeyboardInterrupt:
        result.verdicts = in_order(map(order.waivers.of, judging.found()), order.clauses)
        raise InterruptedRun(result) from None
    return result


def _verify(judging: _Judging, result: VerificationResult) -> None:
    order, clock = judging.order, Clock()
    judging.doing("starting the server")
    with order.server as server, told(server.access, f"to judge {order.target.name}"):
        result.server = server.access.label
        with Databases(
            server.access, timeout=order.timeout, schemas=order.contract.schemas
        ) as databases:
            clock.lap(result.seconds, "start")
            judging.doing(f"loading {order.target.name}")
            try:
                database = databases.load(order.target)
            except TroubleError as trouble:
                mine = {clause.id for share in judging.shares for clause in share.clauses}
                judged = [v for v in _by_phases(order, databases, trouble) if v.id in mine]
            else:
                target = by_name(database, order.target, order.contract, order.naming)
                judging.order, result.target = replace(order, target=target), target
                result.notes = judged_where.of_target(target, order.contract, database)
                clock.lap(result.seconds, "load")
                if order.base is not None:
                    result.share = judging.narrowed(order.base, databases, database)
                    clock.lap(result.seconds, "compare")
                judged = judging.verdicts(databases, database)
                if order.keep:  # not before: a run that fails or is interrupted leaves nothing
                    result.kept = f"{databases.keep(database)}\n{server.keep()}".strip()
            result.notes += (*judged_where.of_server(server.access, order.target),)
            clock.lap(result.seconds, "judge")
    result.verdicts = in_order(map(order.waivers.of, judged), order.clauses)
    clock.lap(result.seconds, "stop")


def in_order(verdicts: Iterable[Verdict], clauses: Iterable[Clause]) -> tuple[Verdict, ...]:
    """The verdicts in the order of the clauses that they are about."""
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
    with JudgingContext(
        order.contract, order.target, databases, databases.create(), thorough=order.thorough
    ) as context:
        return [*judge(context, on_phases), *others]


def judge(context: JudgingContext, clauses: Iterable[Clause]) -> Iterator[Verdict]:
    """The verdicts on the clauses, kind by kind, in one context; each carries its share of time."""
    by_kind = sorted(clauses, key=lambda clause: clause.kind)
    for kind, group in groupby(by_kind, key=lambda clause: clause.kind):
        members = list(group)
        began = time.perf_counter()
        judged = list(verdicts(kind, members, context))
        yield from _timed(judged, time.perf_counter() - began)


def _timed(judged: Sequence[Verdict], seconds: float) -> Iterator[Verdict]:
    """The verdicts, each with its share of the time."""
    share = round(seconds / max(len(judged), 1), 6)
    return (replace(verdict, seconds=share) for verdict in judged)


def _processes(
    order: Verification, shares: Sequence[Unit]
) -> contextlib.AbstractContextManager[Processes | None]:
    """Those that judge; none where this one judges by itself."""
    count = useful(order.jobs, shares)
    if count == 1:
        return contextlib.nullcontext()
    return Processes(JudgingJob(order.contract, order.target, shares, order.thorough), count)


@dataclass(slots=True)
class _Judging:
    """The judging of one run, by whichever processes."""

    order: Verification
    shares: Sequence[Unit]
    seen: Callable[[Verdict], None]
    doing: Callable[[str], None]
    processes: Processes | None = None
    _chosen: frozenset[str] | None = None
    _begun: dict[int, float] = field(default_factory=dict)
    _found: defaultdict[int, list[Verdict]] = field(default_factory=lambda: defaultdict(list))
    """What came of units that are not done."""
    _done: list[Verdict] = field(default_factory=list)

    def narrowed(self, base: Base, databases: Databases, database: Database) -> Share:
        """What a change can touch, which is all that is judged from here on."""
        from vrss_contract.checks.changed import narrow  # noqa: PLC0415 - not every run's

        self.doing(f"comparing with {base.label}")
        order = narrow.ShareOrder(
            self.order.contract, self.order.clauses, self.order.target, self.order.naming
        )
        share = narrow.narrowed(order, base, databases, database)
        self._chosen = frozenset(one.id for one in share.clauses)
        self.shares = only(self.shares, self._chosen)
        return share

    def verdicts(self, databases: Databases, database: Database) -> list[Verdict]:
        """The verdicts on all clauses, or as far as was asked."""
        for event in self._events(databases, database):
            match event:
                case Begun(unit):
                    self._begun[unit] = time.perf_counter()
                    self._tell_kinds()
                case Came(unit, verdict):
                    self._found[unit].append(verdict)
                    self.seen(self.order.waivers.of(verdict))
                case Done(unit):
                    self._done += _timed(self._found.pop(unit, []), self._seconds(unit))
                    self._tell_kinds()
                case Doing(what):
                    self.doing(what)
        return self.found()

    def found(self) -> list[Verdict]:
        """The verdicts until now."""
        for unit in list(self._found):
            self._done += _timed(self._found.pop(unit), self._seconds(unit))
        return self._done

    def _seconds(self, unit: int) -> float:
        now = time.perf_counter()
        return now - self._begun.pop(unit, now)

    def _tell_kinds(self) -> None:
        if self._begun:
            kinds = dict.fromkeys(self.shares[one].kind for one in self._begun)
            self.doing(f"judging {', '.join(kinds)}")

    def _events(self, databases: Databases, database: Database) -> Iterator[Event]:
        """What comes of the units, as it comes."""
        order = [n for n in longest_first(self.shares) if self.shares[n].clauses]
        if self.processes and useful(self.order.jobs, [self.shares[n] for n in order]) > 1:
            given = LoadedTarget(databases.membership, database, self.order.target, self._chosen)
            yield from self.processes.work(given, order, self._name, self._enough)
            return
        with JudgingContext(
            self.order.contract,
            self.order.target,
            databases,
            database,
            thorough=self.order.thorough,
            doing=self.doing,
        ) as context:
            bench = JudgingBench(self.shares, context)
            yield from here(bench, sorted(order), self._enough)

    def _name(self, unit: int) -> str:
        return f"kind {self.shares[unit].kind}"

    def _enough(self, verdict: Verdict) -> bool:
        return self.order.first and self.order.waivers.of(verdict).outcome is Outcome.BROKEN
