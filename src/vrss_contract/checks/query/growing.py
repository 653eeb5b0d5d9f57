"""Whether what a query touches for a row grows with the data as the contract says.

A gate has time for two small sizes; a reader that is not to be found in small data is left to a
thorough run.
"""

from __future__ import annotations

from collections.abc import Iterator

from vrss_contract.checks.judged import Judged
from vrss_contract.checks.query.fixture import Places
from vrss_contract.checks.query.plans import case_of
from vrss_contract.checks.verdict import Finding
from vrss_contract.contract.model import QueryPromise
from vrss_contract.performance.query.growth import ALLOWED, ROUGHLY, exponent

_SIZES = 2
"""Nothing grows between one size and itself."""


def judged(promise: QueryPromise, places: Places) -> Iterator[Judged]:
    """The exponent that the blocks grow with, where there are readers at two sizes."""
    case, size = case_of(promise), places.manifest.size
    if not size:
        remedy = "add `size: {table: TABLE}` to it: the table whose rows tell the size of the data"
        raise places.manifest.lacks("nothing that stands for the size of the data", remedy)
    if len(places.sizes) < _SIZES:
        remedy = "add a smaller or larger one under `profiles:`, and to `gate: {query: [...]}`"
        raise places.manifest.lacks("one profile alone to see growth at", remedy)
    figures: dict[int, float] = {}
    for place in places.sizes:
        seen = place.query_session.plans(promise.query, case)
        if seen:
            each = (one.plan.buffers / max(one.plan.rows, 1) for one in seen)
            figures[place.size] = sum(each) / len(seen)
    if len(figures) < _SIZES:
        return
    power, most = exponent(figures), ALLOWED[case.grows]
    if not places.thorough:
        most = max(most, ROUGHLY)
    if power > most:
        told = "; ".join(f"{blocks:,.1f} blocks a row at {n:,}" for n, blocks in figures.items())
        expected = f"{case.grows}: by the {most:g}th power of the {size} at most"
        yield Judged((Finding(f"more {size}", expected, f"by the {power:.2f}th: {told}"),))
