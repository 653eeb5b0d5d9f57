"""How long each stage of a run takes."""

from __future__ import annotations

import time


class Clock:
    """Laps, so that stages add up to the whole."""

    def __init__(self) -> None:
        self._last = time.perf_counter()

    def lap(self, seconds: dict[str, float], stage: str) -> None:
        """Note how long it is since the lap before."""
        now = time.perf_counter()
        seconds[stage] = now - self._last
        self._last = now
