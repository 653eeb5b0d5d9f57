"""Whether a query can be served by its indexes, is, and how many blocks that takes.

A table of a few blocks is rightly read from end to end, so that there nothing is asked of its
indexes but that they can serve.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from vrss_contract.checks.judged import Judged
from vrss_contract.checks.query.answers import told
from vrss_contract.checks.query.fixture import Places, QueryFixture
from vrss_contract.checks.verdict import Finding
from vrss_contract.contract.model import QueryCase, QueryPromise
from vrss_contract.performance.query.drop_indexes import indexes, with_only
from vrss_contract.performance.query.plan import Plan
from vrss_contract.performance.query.session import Seen


def case_of(promise: QueryPromise) -> QueryCase:
    """The case that the promise is about."""
    if promise.case is None:
        raise TypeError(promise.query.name)
    return promise.case


def can(promise: QueryPromise, places: Places) -> Iterator[Judged]:
    """With no other index to choose, and no sequential scan, its indexes are in the plan."""
    case = case_of(promise)
    for place in places.judged[:1]:
        session = place.query_session.connection
        named = places.called(name for group in case.served_by for name in group)
        every = indexes(session)
        tables = {every[name] for name in named if name in every}
        with with_only(session, named, tables):
            seen = place.query_session.fresh_plans(promise.query, case)
        strict = replace(place, small_tables=frozenset())  # none is read from end to end by choice
        yield from _missing(case, strict, places, seen, "with no other index to choose, ")


def served(promise: QueryPromise, places: Places) -> Iterator[Judged]:
    """Its indexes are chosen, with plans made for any value and for the values at hand."""
    case = case_of(promise)
    for place in places.judged:
        seen = place.query_session.plans(promise.query, case)
        yield from _missing(case, place, places, seen, "")


def buffers(promise: QueryPromise, places: Places) -> Iterator[Judged]:
    """No call touches more blocks than the contract allows at that size."""
    case = case_of(promise)
    for place in places.judged:
        bound = case.buffers.get(place.profile)
        seen = place.query_session.plans(promise.query, case)
        most = max(seen, key=lambda one: one.plan.buffers, default=None)
        if bound is not None and most is not None and most.plan.buffers > bound:
            found = f"{most.plan.buffers:,} blocks for {most.plan.rows:,} rows"
            expected = f"at most {bound:,} blocks"
            yield Judged((Finding(_because(place, most), expected, found, most.plan.shape),))


def _missing(
    case: QueryCase, place: QueryFixture, places: Places, seen: Sequence[Seen], circumstance: str
) -> Iterator[Judged]:
    """The first plan that lacks an index, for each place in the plan that one is due."""
    for group in case.served_by:
        there = places.called(group)
        for one in seen:
            if one.plan.indexes.isdisjoint(there) and not _rightly(one.plan, place):
                because = f"{circumstance}{_because(place, one)}"
                finding = Finding(
                    because, f"by {' or '.join(group)}", _read(one.plan), one.plan.shape
                )
                yield Judged((finding,))
                break


def _rightly(plan: Plan, place: QueryFixture) -> bool:
    """Whether all that is read from end to end is small, and something is."""
    whole = {node.relation for node in plan.root.walk() if node.kind == "Seq Scan"}
    return bool(whole) and whole <= place.small_tables


def _read(plan: Plan) -> str:
    whole = sorted({node.relation for node in plan.root.walk() if node.kind == "Seq Scan"})
    by = ", ".join(sorted(plan.indexes)) or "no index"
    return f"by {by}" + (f"; {', '.join(whole)} from end to end" if whole else "")


def _because(place: QueryFixture, seen: Seen) -> str:
    return f"{place.profile} data, {seen.mode} plan, {told(seen.values)}"
