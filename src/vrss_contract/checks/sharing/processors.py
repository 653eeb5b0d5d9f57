"""How many processors this process may use."""

from __future__ import annotations

import math
import os
from pathlib import Path

QUOTA = Path("/sys/fs/cgroup/cpu.max")
"""What a container may use of the machine's processors: microseconds of each so many, or max."""


def processors(quota: Path = QUOTA) -> int:
    """Those that we may run on, or as many as our container's share of them amounts to."""
    affinity = getattr(os, "sched_getaffinity", None)
    allowed = len(affinity(0)) if affinity else os.cpu_count() or 1
    return max(1, min(allowed, _of_quota(quota) or allowed))


def _of_quota(quota: Path) -> int | None:
    try:
        used, period = quota.read_text("ascii").split()
        return math.ceil(int(used) / int(period))
    except (OSError, ValueError, ZeroDivisionError):  # none, or "max"
        return None
