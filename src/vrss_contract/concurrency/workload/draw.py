"""Trials drawn by hypothesis, so that what fails can be made small.

Draws only: whoever plays it may do so in threads, this must not.

A trial is drawn from a few of the operations, half the time from those on one table: sessions then
often get in each other's way, where calls drawn from all operations would seldom meet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from vrss_contract.concurrency.schedule.program import Level
from vrss_contract.concurrency.workload.call import Call, Operations, Value
from vrss_contract.concurrency.workload.trial import Trial, TrialSession

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

MOST_SESSIONS = 4
MOST_CALLS = 3
"""In one session."""
_MOST_OPERATIONS = 4
"""Different ones in one trial."""
_TABLE = re.compile(r"\b(?:INTO|UPDATE|FROM|JOIN)\s+([a-z][a-z0-9_]*)")


def trials(operations: Operations) -> SearchStrategy[Trial]:
    """Any trial of these operations; the simplest is one session with one call.

    Its order is a wish: a session that waits or has failed can't have its turn, and whoever plays
    the trial says what the order was in the end.
    """
    from hypothesis import strategies as st  # noqa: PLC0415 - hypothesis takes long to import

    calls = {name: _call(name, list(operations[name].takes.values())) for name in operations}
    names = st.just(list(operations)) | st.sampled_from(families(operations) or [list(operations)])
    few = names.flatmap(
        lambda some: st.lists(
            st.sampled_from(some), min_size=1, max_size=_MOST_OPERATIONS, unique=True
        )
    )

    @st.composite
    def trial(draw: DrawFn) -> Trial:
        call = st.sampled_from(draw(few)).flatmap(calls.__getitem__)
        sessions = draw(st.lists(_session(call), min_size=1, max_size=MOST_SESSIONS))
        turn = st.integers(0, MOST_SESSIONS - 1)
        turns = draw(st.tuples(*[turn] * sum(session.steps for session in sessions)))
        return Trial(tuple(sessions), tuple(_order(sessions, turns)))

    return trial()


def families(operations: Operations) -> list[list[str]]:
    """For each table that an operation names, the operations that do."""
    found: dict[str, list[str]] = {}
    for name, operation in operations.items():
        for table in dict.fromkeys(_TABLE.findall(operation.sql)):
            found.setdefault(table, []).append(name)
    return list(found.values())


def _order(sessions: list[TrialSession], turns: Iterable[int]) -> Iterator[int]:
    """A session that has steps left for each turn; for 0 the first one."""
    left = [number for number, session in enumerate(sessions) for _ in range(session.steps)]
    for turn in turns:
        able = sorted(set(left))
        yield able[turn % len(able)]
        left.remove(able[turn % len(able)])


def _call(name: str, domains: list[tuple[Value, ...]]) -> SearchStrategy[Call]:
    from hypothesis import strategies as st  # noqa: PLC0415 - as above

    values: SearchStrategy[tuple[Any, ...]] = st.tuples(*map(st.sampled_from, domains))
    return values.map(lambda drawn: Call(name, drawn))


def _session(call: SearchStrategy[Call]) -> SearchStrategy[TrialSession]:
    from hypothesis import strategies as st  # noqa: PLC0415 - as above

    calls = st.lists(call, min_size=1, max_size=MOST_CALLS)
    return st.builds(TrialSession, st.sampled_from(Level), calls.map(tuple))
