"""How far a comparison is, and how long it will take: on a terminal or in a log."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator

from vrss_contract.performance.comparison.measurement import Watch
from vrss_contract.report.progress import Progress
from vrss_contract.report.progress_lines import ProgressLines
from vrss_contract.report.screen import interactive

_TELLING = 5
"""Seconds from which it is worth a word how long it will take."""


@contextlib.contextmanager
def watching(clock: Callable[[], float] = time.monotonic) -> Iterator[Watch]:
    """Tell whoever looks: one line that is drawn over, or a line of a log now and then."""
    ends: list[float] = []
    log = ProgressLines(clock=clock)
    drawn = Progress() if sys.stderr and interactive(sys.stderr) else log

    def tell(what: str) -> None:
        left = ends[0] - clock() if ends else 0.0
        drawn.doing(f"{what}, about {_rough(left)} left" if left >= _TELLING else what)

    def foresee(seconds: float) -> None:
        ends[:] = [clock() + seconds]
        if drawn is log and seconds >= _TELLING:
            log.told(f"the plans are known; measuring takes about {_rough(seconds)}")

    with drawn:
        yield Watch(tell, foresee)


def _rough(seconds: float) -> str:
    """A time that nobody knows to the second: ``40 s``, ``3 min``."""
    return f"{seconds / 60:.0f} min" if seconds >= 120 else f"{max(round(seconds, -1), 5):.0f} s"  # noqa: PLR2004
