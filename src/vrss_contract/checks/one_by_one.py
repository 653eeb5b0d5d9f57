"""What goes wrong between sessions, and one session after another too.

It is no race then, but what single statements do: clauses of kind trigger are the ones to look at.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from vrss_contract.contract.model import Clause, Contract, InvariantPromise, TriggerPromise

_WORD = re.compile(r"\w+")
_GROUP = 2
"""Parts of an id that clauses on one thing have in common: ``trigger.counts``."""


def in_turn(order: Sequence[int]) -> bool:
    """Whether each session of an interleaving ends before another begins."""
    return 1 + sum(one != other for one, other in pairwise(order)) == len(set(order))


def no_race(broken: Collection[str], contract: Contract) -> str:
    """What to tell of invariants that are broken one session after another too."""
    told = "it is so, too, where one session ends before the next begins: no race"
    nearest = Counter(_about(broken, contract)).most_common(1)
    return f"{told}; see {nearest[0][0]}" if nearest else told


def _about(broken: Collection[str], contract: Contract) -> Iterator[str]:
    """For each trigger clause that looks at what these invariants are about, its group."""
    names = {
        name.rpartition(".")[2]
        for clause in contract.clauses
        if clause.id in broken and isinstance(clause.promise, InvariantPromise)
        for name in clause.objects
    }
    for clause in contract.clauses:
        if isinstance(clause.promise, TriggerPromise) and names & _named(clause, clause.promise):
            yield ".".join([*clause.id.split(".")[:_GROUP], "*"])


def _named(clause: Clause, promise: TriggerPromise) -> set[str]:
    looked_at = (text for step in promise.steps for text in step.gives)
    return {*clause.objects, *(word for text in looked_at for word in _WORD.findall(text))}
