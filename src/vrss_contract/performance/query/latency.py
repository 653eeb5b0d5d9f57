"""Times of a query as figures that can be trusted, or a word that they can't.

Percentiles, and the ratio to a calibration query that runs in between, so that a machine that is
slow today is slow for both. Times are in milliseconds. Rule: contracts/README.md, "Measurements".
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

BLOCKS = 30
"""A run is judged in so many blocks: drift within a block falls on both queries alike."""
NOISY = 0.25
"""A confidence interval wider than this part of its middle, to either side, judges nothing."""
_CONFIDENCE = 0.99
_QUARTILE = 0.25
"""A block stands for its lower quartile: what else runs on the machine only adds to a call, and
calls that it left alone are found below the middle of a block that it did not."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with the confidence interval around it."""

    middle: float
    low: float
    high: float

    @property
    def noisy(self) -> bool:
        """Whether it is too wide to judge by."""
        return max(self.high - self.middle, self.middle - self.low) > NOISY * self.middle

    def __str__(self) -> str:
        return f"{self.middle:.2f} ({self.low:.2f} to {self.high:.2f})"


@dataclass(frozen=True, slots=True)
class Latency:
    """Samples of one query, each beside a sample of the calibration query."""

    times: tuple[float, ...]
    calibration: tuple[float, ...]

    def percentile(self, part: float) -> float:
        """The time that ``part`` (0 to 1) of the samples don't exceed."""
        return percentile(self.times, part)

    @property
    def ratios(self) -> tuple[float, ...]:
        """For each block, its lower quartile as a multiple of the calibration query's in it."""
        size = max(len(self.times) // BLOCKS, 1)
        starts = range(0, len(self.times) - size + 1, size)
        return tuple(
            percentile(self.times[at : at + size], _QUARTILE)
            / percentile(self.calibration[at : at + size], _QUARTILE)
            for at in starts
        )

    @property
    def ratio(self) -> Interval:
        """The blocks' median, as a multiple of the calibration query's."""
        return _median(self.ratios)

    def and_more(self, more: Latency) -> Latency:
        """These samples and those of another measurement of the same."""
        return Latency(self.times + more.times, self.calibration + more.calibration)


def percentile(samples: Sequence[float], part: float) -> float:
    """The nearest-rank percentile; the samples need no order.

    Raises:
        ValueError: there are none.
    """
    if not samples:
        raise ValueError("no samples")
    return sorted(samples)[max(math.ceil(part * len(samples)), 1) - 1]


def change(before: Latency, after: Latency) -> Interval:
    """How many times as slow ``after`` is, each against the calibration query of its own run.

    Block stands against block: where both were measured in turns, these are of the same moment.
    """
    pairs = zip(before.ratios, after.ratios, strict=False)
    return _median([slow / fast for fast, slow in pairs])


def _median(ratios: Sequence[float]) -> Interval:
    """The median, and between which values the true one is; nothing is assumed of how they lie."""
    values = sorted(ratios)
    aside = _rank(len(values))
    return Interval(statistics.median(values), values[aside], values[-1 - aside])


def _rank(count: int) -> int:
    """How many values may be left out at either end so that the rest holds the true median.

    The binomial distribution's tail, one half to each value being on either side.
    """
    tail, left = 0.0, 0
    while left < count // 2:
        tail += math.comb(count, left) / 2**count
        if tail > (1 - _CONFIDENCE) / 2:
            return max(left - 1, 0)
        left += 1
    return max(left - 1, 0)
