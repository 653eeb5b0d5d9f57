"""Trials drawn at random, the same ones from the same seed.

Draws only: whoever plays it may do so in threads, this must not.

A trial is drawn from a few of the operations, half the time from those on one table: sessions then
often get in each other's way, where calls drawn from all operations would seldom meet. Half of
them are at READ COMMITTED throughout, where nothing but locks keeps two from the same row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from random import Random

from vrss_contract.concurrency.schedule.program import Level
from vrss_contract.concurrency.workload.call import Call, Operations
from vrss_contract.concurrency.workload.trial import Trial, TrialSession

MOST_SESSIONS = 4
MOST_CALLS = 3
"""In one session."""
_MOST_OPERATIONS = 4
"""Different ones in one trial."""
_SESSIONS = (1, 2, 2, 2, 3, MOST_SESSIONS)
"""How many sessions, each as often as it stands here: two show most faults, and are soon played."""
_TABLE = re.compile(r"\b(?:INTO|UPDATE|FROM|JOIN)\s+([a-z][a-z0-9_]*)")


def trials(operations: Operations, random: Random) -> Iterator[Trial]:
    """Trials of these operations, without end.

    The order of each is a wish: a session that waits or has failed can't have its turn, and whoever
    plays the trial says what the order was in the end.
    """
    everything = list(operations)
    related = families(operations) or [everything]
    while True:
        some = everything if random.getrandbits(1) else random.choice(related)
        few = random.sample(some, random.randint(1, min(_MOST_OPERATIONS, len(some))))
        levels = list(Level) if random.getrandbits(1) else [Level.RC]
        sessions = [
            _session(few, levels, operations, random) for _ in range(random.choice(_SESSIONS))
        ]
        turns = [number for number, one in enumerate(sessions) for _ in range(one.steps)]
        random.shuffle(turns)
        yield Trial(tuple(sessions), tuple(turns))


def families(operations: Operations) -> list[list[str]]:
    """For each table that an operation names, the operations that do."""
    found: dict[str, list[str]] = {}
    for name, operation in operations.items():
        for table in dict.fromkeys(_TABLE.findall(operation.sql)):
            found.setdefault(table, []).append(name)
    return list(found.values())


def _session(
    few: Sequence[str], levels: Sequence[Level], operations: Operations, random: Random
) -> TrialSession:
    count = random.randint(1, MOST_CALLS)
    calls = [_call(random.choice(few), operations, random) for _ in range(count)]
    return TrialSession(random.choice(levels), tuple(calls))


def _call(name: str, operations: Operations, random: Random) -> Call:
    return Call(name, tuple(random.choice(some) for some in operations[name].takes.values()))
