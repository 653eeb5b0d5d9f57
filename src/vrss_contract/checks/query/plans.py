"""Whether a query can be served by its indexes, is, and how many blocks that takes.

A table of a few blocks is rightly read from end to end, so that there nothing is asked of its
indexes but that they can serve.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from vrss_contract.checks.judged import Judged
from vrss_contract.checks.query.answers import told
from vrss_contract.checks.query.fixture import Places, QueryFixture
from vrss_contract.checks.verdict import Finding
from vrss_contract.contract.model import QueryCase, QueryPromise
from vrss_contract.performance.query.drop_indexes import others, with_only
from vrss_contract.performance.query.plan import Plan
from vrss_contract.performance.query.session import Seen


def case_of(promise: QueryPromise) -> QueryCase:
    """The case that the promise is about."""
    if promise.case is None:
        raise TypeError(promise.query.name)
    return promise.case


def can(promise: QueryPromise, places: Places) -> Iterator[Judged]:
    """With no other index to choose, and no sequential scan, its indexes are in the plan.

    Where they are chosen among all, and nothing is read otherwise, that plan is the best still.
    """
    case = case_of(promise)
    for place in places.judged[:1]:
        query_session = place.query_session
        wanted = [places.called(group) for group in case.served_by]
        named = frozenset().union(*wanted)
        tables = {one.table for one in place.indexes if one.name in named}
        dropped = {one.name for one in others(place.indexes, named, tables)}
        seen = query_session.plans(promise.query, case)
        if all(_reads_by(wanted, one.plan, dropped) for one in seen):
            continue
        with with_only(query_session.connection, named, tables):
            seen = query_session.planned(promise.query, case)
        strict = replace(place, small_tables=frozenset())  # none is read from end to end by choice
        yield from _missing(case, strict, places, seen, "with no other index to choose, ")


def _reads_by(wanted: Iterable[frozenset[str]], plan: Plan, dropped: Collection[str]) -> bool:
    """Whether the plan has what is wanted, and stays as it is where the dropped ones are gone."""
    if _whole(plan) or not plan.indexes.isdisjoint(dropped):
        return False
    return not any(plan.indexes.isdisjoint(group) for group in wanted)


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
    whole = _whole(plan)
    return bool(whole) and whole <= place.small_tables


def _whole(plan: Plan) -> frozenset[str]:
    """The tables that are read from end to end."""
    return frozenset(node.relation for node in plan.root.walk() if node.kind == "Seq Scan")


def _read(plan: Plan) -> str:
    whole, by = sorted(_whole(plan)), ", ".join(sorted(plan.indexes)) or "no index"
    return f"by {by}" + (f"; {', '.join(whole)} from end to end" if whole else "")


def _because(place: QueryFixture, seen: Seen) -> str:
    return f"{place.profile} data, {seen.mode} plan, {told(seen.values)}"
