"""What one connection of a storm does next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from random import Random

from vrss_contract.concurrency.schedule.program import Level
from vrss_contract.concurrency.workload.call import Call, Operations, Value
from vrss_contract.contract.model import Operation

Keys = Mapping[str, Sequence[Value]]
"""The keys of the rows that there are, by what a parameter's last word names."""

HOT = 0.25
"""Of all parameters that name a row, how many are drawn from the operation's own few values."""
_DELETES = 0.05
"""How often an operation that takes other rows too is drawn, against one of the others: the world
must outlive the storm."""
_PAIRS = 0.1
"""Of all transactions, how many make two calls."""
_LEVELS = {Level.RC: 6, Level.RR: 2, Level.SER: 2}
"""How often each level is drawn, of ten."""


def transactions(operations: Operations, keys: Keys, random: Random) -> Iterator[tuple[Call, ...]]:
    """One call after the other, without end; now and then two that belong together."""
    names = list(operations)
    weights = [_DELETES if operations[name].deletes else 1 for name in names]
    while True:
        drawn = random.choices(names, weights, k=2 if random.random() < _PAIRS else 1)
        yield tuple(Call(name, _values(operations[name], keys, random)) for name in drawn)


def level(random: Random) -> Level:
    """The level that a connection goes on with."""
    return random.choices(list(_LEVELS), list(_LEVELS.values()))[0]


def _values(operation: Operation, keys: Keys, random: Random) -> tuple[Value, ...]:
    """For each parameter one of its few values, or any row that its last word names."""
    hot = 0 if operation.deletes else HOT
    things = {parameter: parameter.rpartition("_")[2] for parameter in operation.takes}
    return tuple(
        random.choice(few)
        if things[parameter] not in keys or random.random() < hot
        else random.choice(keys[things[parameter]])
        for parameter, few in operation.takes.items()
    )
