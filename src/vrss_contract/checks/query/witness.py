"""Whether an index is missed where it is not.

Its witness, a query that it serves, must have a worse plan without it. Duplicates, which have the
same columns in the same order, go together: either serves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vrss_contract.checks.judged import Judged
from vrss_contract.checks.query.answers import told
from vrss_contract.checks.query.fixture import Places, QueryFixture
from vrss_contract.checks.verdict import Finding
from vrss_contract.contract.model import WitnessPromise
from vrss_contract.performance.query.drop_indexes import without
from vrss_contract.performance.query.plan import missed
from vrss_contract.performance.query.session import QuerySession, Seen


def judged(promise: WitnessPromise, places: Places) -> Iterator[Judged]:
    """Its witness uses it, and is worse off without."""
    place = places.judged[-1]
    query_session = place.query_session
    before = query_session.plans(promise.query, promise.case)
    named, there = " or ".join(promise.indexes), places.called(promise.indexes)
    witness = f"{promise.query.name}.{promise.case.name}"
    if all(one.plan.indexes.isdisjoint(there) for one in before):
        if not _is_small(promise, place):
            found = _by(before) if before else "no reader"
            finding = Finding(f"{place.profile} data, {witness}", f"by {named}", found)
            yield Judged((finding,), undecided=not before)
        return
    with without(query_session.connection, there):
        after = _lacking(promise, query_session, before)
    if after:
        expected = f"without {named} its plan is worse"
        found = f"it is as good: {_by(after)}"
        because = f"{place.profile} data, {witness}, {told(before[0].values)}"
        yield Judged((Finding(because, expected, found, after[0].plan.shape),))


def _lacking(
    promise: WitnessPromise, query_session: QuerySession, before: Sequence[Seen]
) -> Sequence[Seen]:
    """The plans without the index, where none is worse; else nothing.

    A plan of a worse kind is seen without running it, which may take long.
    """
    asked = promise.query, promise.case
    for ask in (query_session.planned, query_session.fresh_plans):
        after = ask(*asked)
        if any(_missed(one, other) for one, other in zip(before, after, strict=True)):
            return ()
    return after


def _missed(before: Seen, after: Seen) -> bool:
    return bool(missed(before.plan.summary, after.plan.summary))


def _is_small(promise: WitnessPromise, place: QueryFixture) -> bool:
    return promise.table in place.small_tables


def _by(seen: Sequence[Seen]) -> str:
    names = sorted({name for one in seen for name in one.plan.indexes})
    return f"by {', '.join(names) or 'no index'}"
