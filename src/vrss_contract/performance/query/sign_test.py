"""A sign test that may be looked at after each value, and stopped as soon as it has decided.

Whoever looks at a test of 30 values after each of them, and stops when it seems decided, is wrong
far more often than the test says. So the error that is allowed (alpha) is spent look by look, and
what may be said at a look is what the looks before it have left over: the discrete sequential
boundaries of Lan and DeMets (Biometrika 70, 1983) with their spending function that is like
Pocock's, reckoned exactly from the binomial distribution. The interval that goes with it is the
repeated one of Jennison and Turnbull (J. R. Statist. Soc. B 51, 1989), which holds at every look.
Nothing is assumed of how the values lie.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

ALPHA = 0.005
"""The error allowed to each side: the half of what a confidence of 99 % leaves."""
_HALF = 0.5


@cache
def boundary(looks: int, share: float = _HALF) -> tuple[int, ...]:
    """How many of the first 1, 2 and so on values have to be hits for more than ``share`` to be.

    Where each value is a hit with probability ``share``, the boundary is reached at some look with
    a probability of at most ALPHA. Where no number of hits suffices it is one more than there are
    values.
    """
    found: list[int] = []
    reached, going_on = 0.0, [1.0]
    """The probabilities of having stopped, and of each number of hits without having."""
    for look in range(1, looks + 1):
        going_on = [
            here * (1 - share) + before * share
            for here, before in zip([*going_on, 0.0], [0.0, *going_on], strict=True)
        ]
        least = look + 1
        while least and reached + math.fsum(going_on[least - 1 :]) <= _spent(look / looks):
            least -= 1
        reached += math.fsum(going_on[least:])
        going_on[least:] = [0.0] * (look + 1 - least)
        found.append(least)
    return tuple(found)


def _spent(part: float) -> float:
    """How much of ALPHA may be spent when so much of all values is there."""
    return ALPHA * math.log(1 + (math.e - 1) * part)


@cache
def fewest(looks: int) -> int:
    """The least number of values that can decide anything."""
    return next((n for n, least in enumerate(boundary(looks), start=1) if least <= n), looks + 1)


def aside(count: int, looks: int) -> int:
    """How many of ``count`` values may be left out at either end of the interval for their median.

    Negative where none is wide enough: not even the extremes hold it with the confidence wanted.
    """
    return count - boundary(looks)[count - 1]


def exceeded(hits: Sequence[bool], share: float, looks: int) -> bool:
    """Whether more than ``share`` are hits, as sure as the test is at one of its looks so far."""
    count = 0
    for hit, least in zip(hits, boundary(looks, share), strict=False):
        count += hit
        if count >= least:
            return True
    return False
