"""``python -m benchmarks.startup --base REV``: what a command costs before it does anything.

The version, the help, and ``verify`` of the quick and of all static kinds, each a process of its
own, by the code of the commit REV and by that of the working tree, in turns. REV is unpacked into a
folder of its own and judges its own schema by its own contract. It needs a checkout, and what REV
depends on. Modules are compiled by the round that warms up, as they are where they are installed.
"""

from __future__ import annotations

import argparse
import io
import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from benchmarks import timing

ROOT = Path(__file__).resolve().parents[1]
QUICK = ("table", "rows", "cascade", "phase")
STATIC = (*QUICK, "jsonb", "invariant")
"""The kinds that are judged by one session at a time."""


def verify(*kinds: str) -> tuple[str, ...]:
    """The words that judge these kinds."""
    return ("verify", *(word for kind in kinds for word in ("--kind", kind)))


COMMANDS = {
    "--version": ("--version",),
    "--help": ("--help",),
    "verify, quick kinds": verify(*QUICK),
    "verify, static kinds": verify(*STATIC),
}
_START = (sys.executable, "-m", "vrss_contract")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.startup", description=__doc__)
    parser.add_argument("--base", default="9b35e8d", metavar="REV", help="the commit before")
    parser.add_argument("--runs", type=int, default=10, help="runs of each (10)")
    given = parser.parse_args(arguments)
    print(f"{timing.machine()}; {given.runs} runs of each, in turns; seconds of wall time")
    with tempfile.TemporaryDirectory() as folder:
        unpack(given.base, Path(folder))
        trees = {given.base: Path(folder), "working tree": ROOT}
        rows = [row(name, words, trees, given.runs) for name, words in COMMANDS.items()]
    head = ("command", *(word for name in trees for word in (name, "range")), "times")
    print(timing.table(head, rows))
    return 0


def unpack(revision: str, folder: Path) -> None:
    """Write the files of the commit there."""
    command = ["git", "-C", str(ROOT), "archive", "--format=tar", revision]
    packed = subprocess.run(command, capture_output=True, check=True)  # noqa: S603 - no shell
    with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as archive:
        archive.extractall(folder, filter="data")


def row(name: str, words: Sequence[str], trees: dict[str, Path], runs: int) -> tuple[str, ...]:
    """One command by each tree: median, range, and how many times as long the first takes."""
    sides: dict[str, Callable[[], timing.Stages]] = {
        tree: partial(_run, path, words) for tree, path in trees.items()
    }
    taken = timing.interleaved(runs, sides, lambda: None)
    middles = [timing.middle(stages) for stages in taken.values()]
    parts = [
        part
        for stages in taken.values()
        for part in (f"{timing.middle(stages):.3f}", timing.spread(stages))
    ]
    return (name, *parts, f"{middles[0] / middles[-1]:.1f}")


def _run(tree: Path, words: Sequence[str]) -> timing.Stages:
    """One run by the code of the tree."""
    environment = {**os.environ, "PYTHONPATH": str(tree / "src")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return {timing.WALL: timing.process((*_START, *words), environment)[0]}


if __name__ == "__main__":
    sys.exit(main())
