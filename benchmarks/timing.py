"""Times and tables.

Knows how several things are timed side by side and how numbers become Markdown; does not know what
is timed.
"""

from __future__ import annotations

import os
import platform
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from statistics import median

Stages = Mapping[str, float]
"""What one run took, in seconds, stage by stage."""
WALL = "wall"
"""The stage that is a whole process, from its start to its end."""


def interleaved(
    runs: int, sides: Mapping[str, Callable[[], Stages]], before: Callable[[], object]
) -> dict[str, list[Stages]]:
    """Every run of every side, in turns: the machine's moods then fall on all of them.

    A first round warms up and is not counted. ``before`` is called before each run, untimed. The
    side that begins changes from round to round.
    """
    names = list(sides)
    taken: dict[str, list[Stages]] = {name: [] for name in names}
    for round_ in range(runs + 1):
        first = round_ % len(names)
        for name in names[first:] + names[:first]:
            before()
            stages = sides[name]()
            if round_:
                taken[name].append(stages)
    return taken


def process(
    command: Sequence[str], environment: Mapping[str, str] | None = None
) -> tuple[float, str]:
    """Seconds that the command took as a process of its own, and what it wrote.

    Raises:
        RuntimeError: it did not end with 0; with what it said.
    """
    began = time.perf_counter()
    done = subprocess.run(  # noqa: S603 - our own commands, no shell
        command, capture_output=True, check=False, encoding="utf-8", env=environment
    )
    seconds = time.perf_counter() - began
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}\n{done.stdout}\n{done.stderr}")
    return seconds, done.stdout


def middle(runs: Sequence[Stages], restorable: str = WALL) -> float:
    """The median of a stage."""
    return median(run[restorable] for run in runs)


def spread(runs: Sequence[Stages], restorable: str = WALL) -> str:
    """Fastest to slowest."""
    seconds = [run[restorable] for run in runs]
    return f"{min(seconds):.3f} to {max(seconds):.3f}"


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A Markdown table; every column but the first is numbers, so to the right."""
    rule = [":--", *("--:" for _ in head[1:])]
    return "\n".join(f"| {' | '.join(map(str, row))} |" for row in (head, rule, *rows))


def machine() -> str:
    """What the figures were taken on."""
    return f"Python {platform.python_version()}, {platform.system()}, {os.cpu_count()} processors"
