"""The memory that a piece of work takes at its most: ours and that of every process we started.

Knows the kernel's proportional set size, in which a page that several processes share counts once;
does not know what is measured. Where the system does not tell it, nothing is.
"""

from __future__ import annotations

import contextlib
import threading
from typing import Self

import psutil

_PAUSE = 0.2


class Peak:
    """Samples while the block runs. ``bytes`` is the most that was seen, or 0."""

    def __init__(self) -> None:
        self.bytes = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Sample no more, though the block runs on."""
        self._over.set()
        self._thread.join()

    def _sample(self) -> None:
        us = psutil.Process()
        while not self._over.wait(_PAUSE):
            self.bytes = max(self.bytes, sum(map(_share, [us, *us.children(recursive=True)])))


def _share(process: psutil.Process) -> int:
    """The bytes of a process, and its part of those that it shares; 0 where it has ended."""
    with contextlib.suppress(psutil.Error):
        return int(getattr(process.memory_full_info(), "pss", 0))
    return 0
