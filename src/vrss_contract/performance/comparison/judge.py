"""What a change did to each query: better, worse, or not to be told.

Plans and buffers are compared as they are, for they don't vary; times only as multiples of the
calibration query, by the whole of their confidence interval. Rule: contracts/README.md,
"Measurements".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from vrss_contract.performance.comparison.errors import NOTHING_SHARED, UNLIKE_RECORDS
from vrss_contract.performance.comparison.machine import unlike
from vrss_contract.performance.comparison.record import Measured, Record
from vrss_contract.performance.query.latency import BLOCKS, Interval, change, percentile
from vrss_contract.performance.query.plan import Summary, worse

SLOWER = 1.2
"""How many times as slow a query must be at least, with the confidence of the interval."""
_MORE, _MORE_BLOCKS = 1.02, 1
"""A rise in buffers is told when it is more than this part and more than so many blocks."""
P95 = 0.95

PLAN_WORSE = "plan-worse"
BUFFERS_OVER_BOUND = "buffers-over-bound"
BUFFERS_OVER_BASELINE = "buffers-over-baseline"
BUDGET_EXCEEDED = "budget-exceeded"
NO_BASELINE = "no-baseline"
SLOWER_THAN_BASE = "slower"
GONE = "gone"
FAILS = "fails"
TOO_NOISY = "too-noisy"
OTHER_MACHINE = "other-machine"
TOO_FEW = "too-few"
NO_PLAN = "no-plan"
_TELLS_NOTHING = frozenset({TOO_NOISY, OTHER_MACHINE, TOO_FEW, NO_PLAN})
_ALIKE = {
    "profile": "profile",
    "server": "server",
    "basis": "data and calibration query (digest)",
}
"""What two records have in common, and how people are told that they don't."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that is wrong, or that can't be told."""

    slug: str
    says: str

    @property
    def broken(self) -> bool:
        """Whether it is a regression; else it only says that none could be seen."""
        return self.slug not in _TELLS_NOTHING


@dataclass(frozen=True, slots=True)
class Judgement:
    """One query, before and after."""

    name: str
    base: Measured | None
    head: Measured | None
    reasons: tuple[Reason, ...] = ()
    slowdown: Interval | None = None
    """How many times as slow it is as before, each against its own calibration."""

    @property
    def broken(self) -> bool:
        """Whether anything is a regression."""
        return any(reason.broken for reason in self.reasons)

    @property
    def undecided(self) -> bool:
        """Whether nothing is broken, and something can't be told."""
        return bool(self.reasons) and not self.broken

    @property
    def outcome(self) -> str:
        """The word for it that verdicts have: BROKEN, UNDECIDED or HOLDS."""
        if self.broken:
            return "BROKEN"
        return "UNDECIDED" if self.undecided else "HOLDS"

    @property
    def plan_changed(self) -> bool:
        """Whether some plan has another shape, be it better or worse."""
        if not (self.base and self.head):
            return False
        before, after = self.base.plans, self.head.plans
        return any(before[mode].shape != after[mode].shape for mode in before.keys() & after.keys())


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two records, judged name by name: what is wrong stands first."""

    base: Record
    head: Record
    judgements: tuple[Judgement, ...]

    @property
    def broken(self) -> tuple[Judgement, ...]:
        """Those with a regression."""
        return tuple(one for one in self.judgements if one.broken)

    @property
    def undecided(self) -> tuple[Judgement, ...]:
        """Those of which something can't be told."""
        return tuple(one for one in self.judgements if one.undecided)


def compare(base: Record, head: Record) -> Comparison:
    """What changed from the one record to the other.

    Raises:
        TroubleError: they are of different data, or of servers of different versions.
    """
    _require_comparable(base, head)
    apart = unlike(base.machine, head.machine)
    names = dict.fromkeys([*head.failed, *head.measured, *base.measured])
    found = [
        _failing(name, base.measured.get(name), head.failed[name])
        if name in head.failed
        else _judged(name, base.measured.get(name), head.measured.get(name), apart)
        for name in names
    ]
    found.sort(key=lambda one: (not one.broken, not one.undecided))
    return Comparison(base, head, tuple(found))


def _require_comparable(base: Record, head: Record) -> None:
    for name, what in _ALIKE.items():
        before, after = getattr(base, name), getattr(head, name)
        if before != after and (before and after):
            raise UNLIKE_RECORDS(what=what, base=before, head=after)
    shared = base.measured.keys() & (head.measured.keys() | head.failed.keys())
    if base.measured and head.measured and not shared:
        raise NOTHING_SHARED(base=", ".join(base.measured)[:80], head=", ".join(head.measured)[:80])


def _failing(name: str, base: Measured | None, said: str) -> Judgement:
    return Judgement(name, base, None, (Reason(FAILS, f"it can't be run: {said}"),))


def _judged(name: str, base: Measured | None, head: Measured | None, apart: str) -> Judgement:
    if head is None:
        return Judgement(name, base, None, (Reason(GONE, "it is no longer measured"),))
    mine = tuple(alone(head))
    if base is None:
        reason = Reason(NO_BASELINE, "the base has no measurement of it")
        return Judgement(name, None, head, (reason, *mine))
    by_plan = worse_by_plan(base.plans, head.plans)
    if by_plan and in_one_run(base, head):
        told = (*_untimely(mine), *by_plan, *_unplanned(base, head))
        return Judgement(name, base, head, told, change(base.latency, head.latency))
    reasons = (*mine, *by_plan, *_unplanned(base, head))
    if alike(base, head):
        return Judgement(name, base, head, reasons)
    if doubts := tuple(_untimed(base, head, apart)):
        few = any(one.slug == TOO_FEW for one in doubts)
        return Judgement(name, base, head, (*(_untimely(reasons) if few else reasons), *doubts))
    slowdown = change(base.latency, head.latency)
    return Judgement(name, base, head, (*reasons, *timed(slowdown)), slowdown)


def in_one_run(base: Measured, head: Measured) -> bool:
    """Whether both were measured in turns, for as long as something was to be decided."""
    return bool(base.latency.block and head.latency.block)


def alike(base: Measured, head: Measured) -> bool:
    """Whether the same is asked of the same, so that no difference of times is a change's.

    Schema, statement, parameters and data are the same to the letter, plans and blocks as well.
    """
    return bool(base.text) and base.text == head.text and base.plans == head.plans


def worse_by_plan(base: Mapping[str, Summary], head: Mapping[str, Summary]) -> tuple[Reason, ...]:
    """What is worse by a plan's class or by blocks, whatever its times: these never vary."""
    return (*_planned(base, head), *_touched(base, head))


def _untimely(reasons: Iterable[Reason]) -> Iterator[Reason]:
    """Those that no time has a part in."""
    return (one for one in reasons if one.slug not in (BUDGET_EXCEEDED, TOO_NOISY))


def _unplanned(base: Measured, head: Measured) -> Iterator[Reason]:
    """Plans of which there is nothing to compare with."""
    for mode in sorted(base.plans.keys() ^ head.plans.keys()):
        side = "after" if mode in base.plans else "before"
        yield Reason(NO_PLAN, f"there is no {mode} plan of it {side}")


def _untimed(base: Measured, head: Measured, apart: str) -> Iterator[Reason]:
    """Why the times of the two don't compare."""
    if apart:
        yield Reason(OTHER_MACHINE, f"times of unlike machines don't compare: {apart}")
    if base.latency.few or head.latency.few:
        fewest = min(len(base.latency.times), len(head.latency.times))
        yield Reason(TOO_FEW, f"{fewest} samples of it, and {BLOCKS} are the least to tell by")


def alone(head: Measured) -> Iterator[Reason]:
    """What is wrong with a measurement whatever was before: its bound, its budget."""
    buffers, p95 = head.buffers, head.latency.percentile(P95)
    if head.bound is not None and buffers is not None and buffers > head.bound:
        says = f"{buffers:,} blocks, and the contract allows {head.bound:,}"
        yield Reason(BUFFERS_OVER_BOUND, says)
    if head.budget_ms is not None and p95 > head.budget_ms:
        says = f"p95 {p95:.1f} ms, and its budget is {head.budget_ms:g} ms"
        beside = percentile(head.latency.calibration, P95)
        if beside > head.budget_ms:  # it is the machine that is over
            says += (
                f"; the calibration query's is {beside:.1f} ms: the machine was too busy to tell"
            )
            yield Reason(TOO_NOISY, says)
        else:
            yield Reason(BUDGET_EXCEEDED, says)


def _planned(base: Mapping[str, Summary], head: Mapping[str, Summary]) -> Iterator[Reason]:
    told = dict.fromkeys(
        why for mode, before in base.items() if mode in head for why in worse(before, head[mode])
    )
    yield from (Reason(PLAN_WORSE, why) for why in told)


def _touched(base: Mapping[str, Summary], head: Mapping[str, Summary]) -> Iterator[Reason]:
    for mode in sorted(base.keys() & head.keys()):
        before, after = base[mode].buffers, head[mode].buffers
        if after > before * _MORE and after > before + _MORE_BLOCKS:
            says = f"{after:,} blocks, and {before:,} before ({mode} plan)"
            yield Reason(BUFFERS_OVER_BASELINE, says)
            return


def timed(slowdown: Interval) -> Iterator[Reason]:
    """What an interval of how many times as slow it is says."""
    if slowdown.low > SLOWER:
        yield Reason(SLOWER_THAN_BASE, f"{slowdown} times as slow as before")
    elif slowdown.noisy and slowdown.high > SLOWER:
        says = f"{slowdown} times as slow as before: the machine was too busy to tell"
        yield Reason(TOO_NOISY, says)
