"""Whether a query answers within its budget.

The budget is the contract's, for the largest data; a gate asks at a tenth of it, where to exceed it
is the worse.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from vrss_contract.checks.judged import Judged
from vrss_contract.checks.query.fixture import Places
from vrss_contract.checks.query.plans import case_of
from vrss_contract.checks.verdict import Finding
from vrss_contract.contract.model import QueryPromise
from vrss_contract.performance.query.latency import percentile
from vrss_contract.performance.query.measure import Track, measure, timed
from vrss_contract.performance.query.statement import PreparedStatement

_SAMPLES, _THOROUGH_SAMPLES = 60, 600
_P95 = 0.95
_FEW, _FACTOR = 3, 2
"""Calls with each parameter set that are enough where all take so small a part of the budget."""
_AGAIN = 3
"""Times that a query over its budget is measured before it is believed. Calls with the same
parameters read the same, so that what one takes longer is the machine's, which may be busy."""


def judged(promise: QueryPromise, places: Places) -> Iterator[Judged]:
    """The 95th percentile, of what each call takes at best where the first exceeds the budget.

    It is not measured where a few calls show that it is met by far.
    """
    case = case_of(promise)
    if case.budget_ms is None:
        return
    place = places.place(places.largest if places.thorough else places.gate)
    query_session = place.query_session
    values = query_session.draws(case)
    if not values:
        return
    prepared = query_session.prepared(promise.query.sql)
    query_session.connection.execute("SET plan_cache_mode = auto")
    samples = _THOROUGH_SAMPLES if places.thorough else _SAMPLES
    bound, calibration = [prepared.bound(one) for one in values], place.calibration
    if _plainly_met(prepared, bound, case.budget_ms):
        return
    lowest = [math.inf] * samples
    for _ in range(_AGAIN):
        (taken,) = measure(Track(prepared, bound, calibration), samples=samples)
        lowest = list(map(min, lowest, taken.times))
        found = percentile(lowest, _P95)
        if found <= case.budget_ms:
            return
    because = f"{place.profile} data, {samples} samples, each the best of {_AGAIN} measurements"
    yield Judged((Finding(because, f"p95 of at most {case.budget_ms:g} ms", f"{found:.1f} ms"),))


def _plainly_met(
    prepared: PreparedStatement, values: Sequence[Sequence[bytes]], budget_ms: float
) -> bool:
    """Whether a few calls with each parameter set, warm, all took a fraction of the budget.

    All calls with one set read the same, so that their times differ by what else runs there.
    """
    for one in values:
        prepared.run(one)
    few = (timed(prepared.run, one) for one in [*values] * _FEW)
    return all(taken * _FACTOR <= budget_ms for taken in few)
