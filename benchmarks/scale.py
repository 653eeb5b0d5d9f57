"""``python -m benchmarks.scale``: what a full database costs, ours and by other ways.

In one run, on the same rows: our build from nothing, with its parts; a dump restored by pg_restore;
the rows copied into tables without keys, which nothing can beat; and the start from the cache, the
median of some. The most memory is that of this process and of all it started, sampled.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from statistics import median

from tests import paths

from benchmarks import timing
from benchmarks.scale_run import Way, build, copied, restored, start
from vrss_contract.contract.model import Contract
from vrss_contract.contract.read import read_contract
from vrss_contract.data.dataset import Dataset
from vrss_contract.data.dataset.profiles import profile
from vrss_contract.errors import TroubleError
from vrss_contract.target import Target, sqlfile

_STARTS = 3
_CACHE = "XDG_CACHE_HOME"
_INTERRUPTED = 130
_MIB = 1 << 20
_HEAD = ("way", "seconds", "rows a second", "most memory, MiB", "of it, seconds")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 2 where the server can't be had, 130 where the run was interrupted."""
    asked = _asked(arguments)
    contract = read_contract(paths.contracts())
    target, dataset = sqlfile.read(paths.schema()), profile(asked.profile, contract)
    try:
        with _cache_of_its_own():
            ways = compared(target, dataset, contract, starts=asked.starts)
    except TroubleError as trouble:
        print(trouble, file=sys.stderr)
        return trouble.exit_code
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return _INTERRUPTED
    head = {"machine": timing.machine(), "profile": asked.profile, "rows": ways[0].rows}
    if asked.json:
        whole = {**head, "ways": [asdict(way) for way in ways]}
        asked.json.write_text(json.dumps(whole, indent=2) + "\n", "utf-8")
    print(f"{head['machine']}; profile {asked.profile}, {ways[0].rows:,} rows\n")
    print(timing.table(_HEAD, [row(way) for way in ways]))
    return 0


def compared(
    target: Target, dataset: Dataset, contract: Contract, *, starts: int = _STARTS
) -> list[Way]:
    """Every way once, and the start from the cache ``starts`` times.

    Raises:
        TroubleError: the server can't be had.
        RuntimeError: one of PostgreSQL's programs failed, or the database was not kept.
    """
    with build(target, dataset, contract) as (built, made):
        ways = [
            built,
            restored(made, dataset, built.rows),
            copied(made, dataset, contract, built.rows),
        ]
    return [*ways, middle([start(target, dataset, contract) for _ in range(starts)])]


def middle(ways: Sequence[Way]) -> Way:
    """The median of the same way gone several times; the most memory of all."""
    seconds = [way.seconds for way in ways]
    return Way(
        ways[0].name,
        seconds=median(seconds),
        peak=max(way.peak for way in ways),
        parts={"fastest": min(seconds), "slowest": max(seconds)},
    )


def row(way: Way) -> tuple[str, ...]:
    """The way as a row of the table."""
    return (
        way.name,
        f"{way.seconds:.2f}",
        f"{way.rows / way.seconds:,.0f}" if way.rows else "",
        f"{way.peak / _MIB:,.0f}" if way.peak else "",
        ", ".join(f"{part} {seconds:.2f}" for part, seconds in way.parts.items()),
    )


@contextmanager
def _cache_of_its_own() -> Iterator[None]:
    """A cache that nothing is in, so that the build begins from nothing."""
    before = os.environ.get(_CACHE)
    with tempfile.TemporaryDirectory() as empty:
        os.environ[_CACHE] = empty
        try:
            yield
        finally:
            del os.environ[_CACHE]
            os.environ.update({_CACHE: before} if before else {})


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument("--profile", default="scale", help="which rows (scale)")
    parser.add_argument("--starts", type=int, default=_STARTS, help=f"from the cache ({_STARTS})")
    parser.add_argument("--json", type=Path, metavar="FILE", help="all figures, beside the table")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
