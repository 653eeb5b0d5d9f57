"""How far a fill is, as a value."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Literal

Phase = Literal["rows", "keys", "indexes", "references", "vacuum"]
_SHARES: dict[bool, dict[Phase, float]] = {
    True: {"rows": 0.44, "keys": 0.32, "indexes": 0.0, "references": 0.12, "vacuum": 0.12},
    False: {"rows": 0.9, "keys": 0.0, "indexes": 0.0, "references": 0.0, "vacuum": 0.1},
}
"""The share of the whole time by phase, in bulk and not. Keys and indexes are made table by table,
so they share one."""


@dataclass(frozen=True, slots=True)
class FillProgress:
    """Where a fill is."""

    phase: Phase
    rows: int
    """Rows written so far."""
    expected: int
    """Rows in all, as the dataset estimates them."""
    seconds: float
    """Since the fill began."""
    share: float
    """The part of all work that is done, from 0 to 1."""


Seen = Callable[[FillProgress], None]


def unseen(_: FillProgress) -> None:
    """For a fill that nobody looks at."""


class Meter:
    """Counts rows and steps, and tells whoever looks after each."""

    def __init__(self, expected: int, seen: Seen, *, bulk: bool) -> None:
        self.rows = 0
        self._expected = expected
        self._seen = seen
        self._began = time.monotonic()
        shares = _SHARES[bulk]
        self._spans = dict(
            zip(shares, pairwise(accumulate(shares.values(), initial=0.0)), strict=True)
        )
        self._spans["indexes"] = self._spans["keys"]
        self.at("rows", 0)

    @property
    def seconds(self) -> float:
        """Since the fill began."""
        return time.monotonic() - self._began

    def wrote(self, rows: int) -> None:
        """So many rows more."""
        self.rows += rows
        self.at("rows", self.rows / max(self._expected, 1))

    def at(self, phase: Phase, done: float) -> None:
        """In that phase, of which this part is done. Rows are estimated, so 1 is the most."""
        begins, ends = self._spans[phase]
        share = begins + (ends - begins) * min(done, 1.0)
        self._seen(FillProgress(phase, self.rows, self._expected, self.seconds, share))
