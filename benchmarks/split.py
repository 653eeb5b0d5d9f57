"""``python -m benchmarks.split``: how long ``vrss-contract verify`` takes, and where the time goes.

Each run is a process of its own, as a person starts it. With a warm cache the server's cluster is
unpacked from where an earlier run kept it; with a cold one initdb makes it first. The stages come
from the JSON report of a second run beside each: its text is longer, so its report takes longer.

With ``--whole`` it is all kinds, and how much of the processors a run uses while it judges.

The imports are those of a third process that does nothing else. The stage "contract" is all that
comes before the server: reading the contract and the target, choosing clauses; and the digest.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import split_whole, timing
from benchmarks.common import checks
from benchmarks.startup import STATIC
from vrss_contract import paths
from vrss_contract.contract.read import read_contract

KINDS = STATIC
"""What is judged without sessions that race, whose clauses take most of a whole run's time."""
_VERIFY = (
    *(sys.executable, "-m", "vrss_contract", "verify"),
    *(word for kind in KINDS for word in ("--kind", kind)),
)
_IMPORT = (sys.executable, "-c", "import vrss_contract.cli.verify")
_IMPORTS, _CONTRACT, _REPORT = "interpreter, imports", "contract", "report, exit"
_STAGES = (_IMPORTS, _CONTRACT, "start", "load", "judge", "stop", _REPORT)


@dataclass(frozen=True, slots=True)
class Case:
    """A way to run the command."""

    jobs: int
    cache: Path | None
    """The folder of a warm cache, or None for an empty one each time."""

    @property
    def name(self) -> str:
        """As the table calls it."""
        return f"{'warm' if self.cache else 'cold'} cache, --jobs {self.jobs}"

    def run(self) -> timing.Stages:
        """The whole command's seconds, and the stages of another run of it."""
        whole, _ = self._verify()
        again, output = self._verify("--format", "json")
        return {timing.WALL: whole, **_stages(again, timing.process(_IMPORT)[0], output)}

    def _verify(self, *options: str) -> tuple[float, str]:
        with tempfile.TemporaryDirectory() as empty:
            environment = {**os.environ, "XDG_CACHE_HOME": str(self.cache or empty)}
            environment.pop("PYTHONDONTWRITEBYTECODE", None)
            command = [*_VERIFY, "--jobs", str(self.jobs), *options]
            return timing.process(command, environment)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the counts and the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.split", description=__doc__)
    parser.add_argument("--runs", type=int, default=10, help="runs of each case (10)")
    parser.add_argument("--whole", action="store_true", help="all kinds, and how busy they keep us")
    given = parser.parse_args(arguments)
    runs: int = given.runs
    if given.whole:
        split_whole.main(runs)
        return 0
    clauses = [c for c in read_contract(paths.contracts()).clauses if c.kind in KINDS]
    count = sum(map(checks, clauses))
    with tempfile.TemporaryDirectory() as folder:
        cases = [Case(jobs, cache) for cache in (Path(folder), None) for jobs in (1, 2)]
        sides: dict[str, Callable[[], timing.Stages]] = {case.name: case.run for case in cases}
        taken = timing.interleaved(runs, sides, lambda: None)
    print(f"{timing.machine()}; {runs} runs of each, in turns; medians in seconds")
    print(f"{len(clauses):,} clauses, {count:,} checks\n")
    print(_wholes(taken, count))
    print()
    print(_parts(taken))
    return 0


def _stages(wall: float, imports: float, output: str) -> timing.Stages:
    """A run's stages, which add up to its wall time."""
    report = json.loads(output)
    phases: dict[str, float] = report["phases"]
    told: float = report["seconds"]  # from the first line of the command to the report
    return {
        _IMPORTS: imports,
        _CONTRACT: told - sum(phases.values()),
        **phases,
        _REPORT: wall - imports - told,
    }


def _wholes(taken: dict[str, list[timing.Stages]], count: int) -> str:
    rows = []
    for name, runs in taken.items():
        whole, judge = timing.middle(runs), timing.middle(runs, "judge")
        rates = (f"{count / whole:,.0f}", f"{count / judge:,.0f}")
        rows.append((name, f"{whole:.3f}", timing.spread(runs), *rates))
    head = ("verify", "wall time", "range", "checks a second", "while judging")
    return timing.table(head, rows)


def _parts(taken: dict[str, list[timing.Stages]]) -> str:
    rows = [
        (name, *(f"{timing.middle(runs, restorable):.3f}" for restorable in _STAGES))
        for name, runs in taken.items()
    ]
    return timing.table(("verify", *_STAGES), rows)


if __name__ == "__main__":
    sys.exit(main())
