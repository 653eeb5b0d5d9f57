"""One processor for all that is measured.

Processes are kept on one processor, so that nobody is measured beside another load than the others.
Where the system can't, or may not, all stays as it is.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator


@contextlib.contextmanager
def shared(pids: Iterable[int]) -> Iterator[None]:
    """Keep this process and those of these ids on one processor, until the context is left.

    They take turns anyway: a client waits for its server. A scheduler that gives each a processor
    may leave one of them beside a busy neighbour for seconds, and it alone then looks slow.
    """
    before: dict[int, set[int]] = {}
    try:
        if hasattr(os, "sched_setaffinity"):
            allowed = os.sched_getaffinity(0)
            for pid in (0, *pids):
                with contextlib.suppress(OSError):  # another user's, or gone
                    before[pid] = os.sched_getaffinity(pid)
                    os.sched_setaffinity(pid, {max(allowed)})
        yield
    finally:
        for pid, processors in before.items():
            with contextlib.suppress(OSError):
                os.sched_setaffinity(pid, processors)
