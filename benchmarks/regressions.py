"""``python -m benchmarks.regressions``: ten regressions, planted, and what compare calls them.

Each is a side with another schema or other SQL for one query, measured in turns with the side as it
is. Statistics grow stale in an open world: those of the first few rows take the place of those of
all. The last one changes nothing but a comment in the schema, so that its worlds are made anew.

The worlds of each changed schema are kept in the cache: about 300 MB for each.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import time
from collections.abc import Iterator, Sequence

from tests import paths

from benchmarks import timing
from benchmarks.regressions_aged import aged
from benchmarks.regressions_plants import PLANTS, Planted, only
from vrss_contract.contract.read import read_contract
from vrss_contract.errors import TroubleError
from vrss_contract.performance.comparison.judge import Comparison, compare
from vrss_contract.performance.comparison.measured_side import MeasuredSide, measured_side
from vrss_contract.performance.comparison.measurement import Watch, taken
from vrss_contract.performance.comparison.side import Side
from vrss_contract.target import sqlfile

_NOTHING = "nothing"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a line for each; 1 where one is not caught or a name is not the expected one."""
    asked = _asked(arguments)
    base = Side("as it is", read_contract(paths.contracts()), sqlfile.read(paths.schema()))
    print(f"{timing.machine()}; {asked.profile} data, {asked.samples} samples\n")
    print("| planted | expected | told | seconds |\n|---|---|---|--:|")
    wrong = 0
    try:
        for one in PLANTS:
            if asked.only in one.name:
                wrong += _shown(one, base, asked)
    except TroubleError as trouble:
        print(trouble, file=sys.stderr)
        return trouble.exit_code
    return 1 if wrong else 0


def _shown(one: Planted, base: Side, asked: argparse.Namespace) -> bool:
    """Print the line; whether it is not as expected."""
    began = time.monotonic()
    found = judged(one, base, asked.profile, asked.samples)
    told = sorted({reason.slug for each in found.broken for reason in each.reasons})
    missed = one.expects not in told if one.expects else bool(told)
    words = ", ".join(told) or _NOTHING
    print(
        f"| {one.name} | {one.expects or _NOTHING} | {'MISSED: ' if missed else ''}{words}"
        f" | {time.monotonic() - began:.0f} |",
        flush=True,
    )
    if asked.verbose:
        for each in (*found.broken, *found.undecided):
            for reason in each.reasons:
                print(f"    {each.name}: {reason.slug}: {reason.says}", flush=True)
    return missed


def judged(one: Planted, base: Side, profile: str, samples: int) -> Comparison:
    """The comparison of the side as it is with the one where this is planted."""
    small = Side(base.label, only(base.contract, one.bears_on), base.target)
    with _grounds(one, small, profile) as measured_sides:
        before, after = taken(measured_sides, samples=samples, watch=Watch(lambda _: None))
    return compare(before, after)


@contextlib.contextmanager
def _grounds(one: Planted, base: Side, profile: str) -> Iterator[tuple[MeasuredSide, MeasuredSide]]:
    opened = aged if one.stale else _measured_side
    with _measured_side(base, profile) as before, opened(one.plant(base), profile) as after:
        yield before, after


def _measured_side(side: Side, profile: str) -> contextlib.AbstractContextManager[MeasuredSide]:
    return measured_side(side, profile, tell=lambda _: None)


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.regressions", description=__doc__)
    parser.add_argument("--profile", default="small", choices=["small", "medium", "scale"])
    parser.add_argument("--samples", type=int, default=150, help="calls of each query")
    parser.add_argument("--only", default="", help="plant those whose name holds this")
    parser.add_argument("--verbose", action="store_true", help="print every reason")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
