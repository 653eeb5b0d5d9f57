"""What a comparison is going to measure: every name's plans on each side, before any time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import psycopg

from vrss_contract.database.loader import said
from vrss_contract.performance.comparison.judge import worse_by_plan
from vrss_contract.performance.comparison.measured_side import MeasuredSide, Tell
from vrss_contract.performance.comparison.subject import AskedSide, Plans, Subject
from vrss_contract.performance.query.benchmark_case import BenchmarkCase, benchmark_cases
from vrss_contract.performance.query.session import UndrawnError

_FAR = 2
"""A plan that touches more than so many times the blocks of the other side's costliest stays the
costlier one, whatever other parameter sets show: they are not asked for."""
_WRITE_MS = 1.0
"""What a write is guessed to take: none is called before its time, since it leaves dead rows."""
Wanted = Sequence[tuple[MeasuredSide, BenchmarkCase | None]]


def subjects(measured_sides: Sequence[MeasuredSide], tell: Tell) -> Iterator[Subject]:
    """Every name with its plans, in the order in which a benchmark has them.

    What a side can't run is told in its ``failures``.
    """
    by_name = [
        {one.name: one for one in benchmark_cases(each.side.contract)} for each in measured_sides
    ]
    names = dict.fromkeys(name for known in by_name for name in known)
    for number, name in enumerate(names, start=1):
        tell(f"planning {number} of {len(names)}: {name}")
        benchmarks = [known.get(name) for known in by_name]
        yield _subject(name, [*zip(measured_sides, benchmarks, strict=True)])


def _subject(name: str, wanted: Wanted) -> Subject:
    _share_draws(wanted)
    first = [_tried(side, one, side.first_plans) if one else None for side, one in wanted]
    plans = _all_plans(wanted, first)
    asked = [
        None if seen is None or one is None else AskedSide(side, one, seen)
        for (side, one), seen in zip(wanted, plans, strict=True)
    ]
    return Subject(name, asked, sum(_call_ms(one) for one in asked if one))


def _call_ms(asked: AskedSide) -> float:
    """What a call takes, by a single one."""
    track = asked.track() if asked.benchmark.query else None
    return sum(track.warm(1)) if track else _WRITE_MS


def _share_draws(wanted: Wanted) -> None:
    """Of the same rows the same parameter sets are drawn: the base alone is asked for them."""
    base, benchmark = wanted[0]
    if benchmark is None or not base.basis:
        return
    for side, other in wanted[1:]:
        if other and other.draws == benchmark.draws and side.basis == base.basis:
            try:
                side.query_session.know(other.draws, base.query_session.drawn(benchmark.draws))
            except UndrawnError:  # told of each side where it is asked
                return


def _all_plans(wanted: Wanted, first: Sequence[Plans | None]) -> list[Plans | None]:
    """The costliest plans of all parameter sets, save where those of the first have decided.

    The side whose first plans touch the fewest blocks is asked before the others. Where all is the
    same to the letter, the base is asked alone: plans and blocks don't vary between copies.
    """
    if _all_alike(wanted, first):
        (base, benchmark), *_ = wanted
        return [_tried(base, benchmark, base.plans) if benchmark else None] * len(wanted)
    found: list[Plans | None] = [*first]
    fewest: Plans | None = None
    for place in sorted(range(len(wanted)), key=lambda place: _blocks(first[place])):
        (side, benchmark), seen = wanted[place], first[place]
        if benchmark is None or seen is None:
            continue
        if not (fewest and _decided(fewest, seen, base_is_worse=place == 0)):
            found[place] = _tried(side, benchmark, side.plans)
        fewest = fewest or found[place]
    return found


def _all_alike(wanted: Wanted, first: Sequence[Plans | None]) -> bool:
    """Whether the same is asked of copies of one filled database, and the first plans agree."""
    texts = {side.text(benchmark) if benchmark else "" for side, benchmark in wanted}
    told = all(side.basis for side, _ in wanted)
    return told and len(texts) == 1 and "" not in texts and all(one == first[0] for one in first)


def _blocks(plans: Plans | None) -> int:
    return max((plan.buffers for plan in (plans or {}).values()), default=0)


def _decided(few: Plans, many: Plans, *, base_is_worse: bool) -> bool:
    """Whether the verdict by plan can't change, however much more ``many`` turns out to be."""
    far = all(many[mode].buffers > _FAR * few[mode].buffers for mode in few.keys() & many.keys())
    return far and not (base_is_worse and worse_by_plan(many, few))


def _tried(
    side: MeasuredSide,
    benchmark: BenchmarkCase,
    ask: Callable[[BenchmarkCase], Plans],
) -> Plans | None:
    """What is seen; None where nobody is to be asked for, or it can't be run, which is noted."""
    try:
        return ask(benchmark) if side.track(benchmark) else None
    except UndrawnError as error:
        side.failures[benchmark.name] = said(error.error)
    except psycopg.Error as error:
        cancelled = isinstance(error, psycopg.errors.QueryCanceled)
        if isinstance(error, psycopg.OperationalError) and not cancelled:
            raise
        side.failures[benchmark.name] = said(error)
    return None
