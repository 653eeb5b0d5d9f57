"""Times of a query as figures that can be trusted, or a word that they can't.

Percentiles, and the ratio to a calibration query that runs in between, so that a machine that is
slow today is slow for both. Times are in milliseconds. Rule: contracts/README.md, "Measurements".
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from vrss_contract.performance.query import sign_test

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
    block: int = 0
    """Calls of a block, where blocks were looked at one by one until enough was known; 0 where so
    many calls were taken as had been asked for, which are then BLOCKS blocks."""
    visits: int = 1
    """How often it was measured, at moments that lie apart."""

    def percentile(self, part: float) -> float:
        """The time that ``part`` (0 to 1) of the samples don't exceed."""
        return percentile(self.times, part)

    @property
    def levels(self) -> tuple[float, ...]:
        """For each block, the lower quartile of its times."""
        return self._of_blocks(self.times)

    @property
    def ratios(self) -> tuple[float, ...]:
        """For each block, its lower quartile as a multiple of the calibration query's in it."""
        pairs = zip(self.levels, self._of_blocks(self.calibration), strict=True)
        return tuple(time / beside for time, beside in pairs)

    def _of_blocks(self, samples: Sequence[float]) -> tuple[float, ...]:
        size = self.block or max(len(samples) // BLOCKS, 1)
        starts = range(0, len(samples) - size + 1, size)
        return tuple(percentile(samples[at : at + size], _QUARTILE) for at in starts)

    @property
    def ratio(self) -> Interval:
        """The blocks' median, as a multiple of the calibration query's."""
        return _median(self.ratios, self.looks)

    @property
    def looks(self) -> int:
        """After how many blocks it would have ended at the latest; 0 where nobody looked before."""
        return BLOCKS * self.visits if self.block else 0

    @property
    def few(self) -> bool:
        """Whether there are too few calls to tell anything by."""
        if self.block:
            return len(self.times) < self.block * sign_test.fewest(self.looks)
        return len(self.times) < BLOCKS

    def and_more(self, more: Latency) -> Latency:
        """These samples and those of another measurement of the same, in blocks of one size."""
        return Latency(
            self.times + more.times,
            self.calibration + more.calibration,
            self.block,
            self.visits + more.visits,
        )


def percentile(samples: Sequence[float], part: float) -> float:
    """The nearest-rank percentile; the samples need no order.

    Raises:
        ValueError: there are none.
    """
    if not samples:
        raise ValueError("no samples")
    return sorted(samples)[max(math.ceil(part * len(samples)), 1) - 1]


def change(before: Latency, after: Latency) -> Interval:
    """How many times as slow ``after`` is, block against block.

    Where both were called in turns, their blocks are of the same moment and compare as they are:
    the calibration query would only add its own noise, which doubles the blocks of an unchanged
    query that look slower by a fifth. Else each is a multiple of that of its own run.
    """
    if looks := min(before.looks, after.looks):
        pairs = zip(before.levels, after.levels, strict=False)
    else:
        pairs = zip(before.ratios, after.ratios, strict=False)
    return _median([slow / fast for fast, slow in pairs], looks)


def _median(ratios: Sequence[float], looks: int = 0) -> Interval:
    """The median, and between which values the true one is; nothing is assumed of how they lie.

    Values that were looked at one by one have the interval that holds at every look.
    """
    values = sorted(ratios)
    aside = max(sign_test.aside(len(values), looks), 0) if looks else _rank(len(values))
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
