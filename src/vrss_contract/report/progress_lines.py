"""How far something is, as a line now and then: for a log, where no line is drawn over.

Silent while little time has passed, so that a short run leaves no line at all.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Self, TextIO

from vrss_contract.report.output import say

_EVERY = 10.0
"""Seconds between two lines, so that ten minutes are a screen."""


class ProgressLines:
    """Lines of what takes the time; used as a context as ``Progress`` is.

    Args:
        stream: where they go; standard error if not given, so that a result can be piped.
        clock: seconds that pass.
    """

    def __init__(
        self, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._stream, self._clock = stream, clock
        self._last = clock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        """Nothing is drawn that would have to go."""

    def doing(self, what: str) -> None:
        """Say what takes the time, if nothing was said for a while."""
        if self._clock() - self._last >= _EVERY:
            self.told(what)

    def told(self, what: str) -> None:
        """Say it in any case."""
        self._last = self._clock()
        say(f"{what}\n", sys.stderr if self._stream is None else self._stream)
