"""``python -m benchmarks.split --whole``: how busy a whole run keeps the processors, and with what.

The processors' time is that of the command, of the processes that it shares its work among, and of
every server with all of its sessions: each is waited for by who started it, so that the system
adds them up. What comes before and after the judging is measured by a run that judges one clause,
and taken off. A machine that does something else besides shows a smaller share.

The seconds a clause, by kind, are what ``checks/sharing/units`` divides the work by; they are
those of one process, whose clauses share their kind's time evenly.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import timing
from vrss_contract.checks.sharing.processors import processors

_ONE = ("--only", "users.table")


@dataclass(frozen=True, slots=True)
class Used:
    """What a run took."""

    wall: float
    """Seconds from its start to its end."""
    processor: float
    """Seconds of processors, its own and those of all that it started."""
    report: Mapping[str, Any]

    def share(self, idle: Used, count: int) -> float:
        """The part of so many processors that it used while judging.

        Args:
            idle: a run that judges next to nothing.
            count: the processors that there are.
        """
        judging: float = self.report["phases"]["judge"]
        return (self.processor - idle.processor) / (judging * count)


def main(runs: int) -> None:
    """Print both tables."""
    count = processors()
    jobs = sorted({1, count})
    least = min((_used("--jobs", "1", *_ONE) for _ in range(3)), key=lambda one: one.processor)
    sides = {f"--jobs {number}": partial(_stages, number, least, count) for number in jobs}
    taken = timing.interleaved(runs, sides, lambda: None)
    print(f"{timing.machine()}; {runs} runs of each, in turns; medians in seconds\n")
    head = ("verify", "wall time", "range", "judging", "processors", f"share of {count}")
    print(timing.table(head, [_row(name, stages) for name, stages in taken.items()]))
    print()
    print(_kinds(_used("--jobs", "1").report))


def _stages(jobs: int, idle: Used, count: int) -> timing.Stages:
    used = _used("--jobs", str(jobs))
    judging: float = used.report["phases"]["judge"]
    stages = {"judge": judging, "processor": used.processor, "share": used.share(idle, count)}
    return {timing.WALL: used.wall, **stages}


def _row(name: str, runs: Sequence[timing.Stages]) -> tuple[str, ...]:
    figures = (timing.middle(runs, stage) for stage in ("judge", "processor"))
    share = median(run["share"] for run in runs)
    wall = f"{timing.middle(runs):.1f}"
    return name, wall, timing.spread(runs), *(f"{one:.1f}" for one in figures), f"{share:.0%}"


def _kinds(report: Mapping[str, Any]) -> str:
    seconds: Counter[str] = Counter()
    clauses = Counter(verdict["kind"] for verdict in report["verdicts"])
    for verdict in report["verdicts"]:
        seconds[verdict["kind"]] += verdict["seconds"]
    rows = [
        (kind, f"{clauses[kind]:,}", f"{taken:.2f}", f"{taken / clauses[kind]:.4f}")
        for kind, taken in seconds.most_common()
    ]
    return timing.table(("kind", "clauses", "seconds", "a clause"), rows)


def _used(*words: str) -> Used:
    """A run of the command, with the report that it wrote.

    Raises:
        RuntimeError: a clause does not hold, or the run could not judge.
    """
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [sys.executable, "-m", "vrss_contract", "verify", *words]
        with subprocess.Popen(  # noqa: S603 - our own command, no shell
            [*command, "--format", f"json={report}"], stdout=subprocess.DEVNULL
        ) as process:
            began = os.times().elapsed
            _, status, usage = os.wait4(process.pid, 0)
            wall = os.times().elapsed - began
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise RuntimeError(" ".join(command))
        return Used(wall, usage.ru_utime + usage.ru_stime, json.loads(report.read_text("utf-8")))
