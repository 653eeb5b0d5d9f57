"""``python -m benchmarks.steadiness``: the same twenty times, and whether the same is said.

``plans``: every query's plans and blocks in a fresh copy of the filled database, each copy judged
against the first. ``compare``: one side with itself while other processes keep the processors
busy: an alarm is false. Prints what differed; 1 where anything did.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from fnmatch import fnmatch

from tests import paths

from benchmarks import timing
from benchmarks.regressions_plants import only
from vrss_contract.contract.model import Contract
from vrss_contract.contract.read import read_contract
from vrss_contract.data.dataset.profiles import profile as dataset
from vrss_contract.data.filled_database import filled_database
from vrss_contract.database.scratch import Database
from vrss_contract.errors import TroubleError
from vrss_contract.performance.comparison.judge import compare
from vrss_contract.performance.comparison.measurement import Watch, take
from vrss_contract.performance.comparison.side import Side
from vrss_contract.performance.query.plan import Summary
from vrss_contract.performance.query.session import QuerySession
from vrss_contract.target import Statement, Target, sqlfile

_DRAWS = 12
_BUSY = "import os; parent = os.getppid()\nwhile os.getppid() == parent: pass"
Plans = Mapping[str, Sequence[Summary]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was asked for; 1 where something differed or was told without a reason."""
    asked = _asked(arguments)
    contract = read_contract(paths.contracts())
    named = [one for one in contract.queries if any(fnmatch(one, like) for like in asked.only)]
    contract = only(contract, tuple(named)) if asked.only else contract
    side = Side("it", contract, sqlfile.read(paths.schema()))
    print(f"{timing.machine()}; {asked.profile} data, {asked.times} times\n", flush=True)
    run: Callable[[Side, argparse.Namespace], int] = {"plans": plans, "compare": alarms}[asked.what]
    try:
        return 1 if run(side, asked) else 0
    except TroubleError as trouble:
        print(trouble, file=sys.stderr)
        return trouble.exit_code


def plans(side: Side, asked: argparse.Namespace) -> int:
    """How many queries had another plan or touched other blocks in some copy than in the first."""
    rows = dataset(asked.profile, side.contract)
    seen: list[Plans] = []
    began = time.monotonic()
    with filled_database(side.target, rows, side.contract) as opened:
        for _ in range(asked.times):
            copy = opened.databases.create(opened.database)
            seen.append(_plans(copy, side.contract))
            opened.databases.drop(copy)
    count = sum(map(len, seen[0].values()))
    print(f"{count:,} plans of {len(seen[0])} cases a copy; {time.monotonic() - began:.0f} s")
    return differing(seen)


def differing(seen: Sequence[Plans]) -> int:
    """How many cases differ; prints how."""
    found = 0
    for name, first in seen[0].items():
        kinds = Counter(tuple(one[name]) == tuple(first) for one in seen)
        if kinds[False]:
            found += 1
            blocks = sorted({sum(plan.buffers for plan in one[name]) for one in seen})
            shapes = len({tuple(plan.shape for plan in one[name]) for one in seen})
            print(f"    {name}: {kinds[False]} copies differ; blocks {blocks}, {shapes} shapes")
    print(f"{found} of {len(seen[0])} cases differ between copies")
    return found


def _plans(copy: Database, contract: Contract) -> Plans:
    with copy.connect() as session:
        query_session = QuerySession(session, most=_DRAWS)
        return {
            f"{query.name}.{case.name}": [
                one.plan.summary for one in query_session.plans(query, case)
            ]
            for query in contract.queries.values()
            for case in query.cases
        }


def alarms(side: Side, asked: argparse.Namespace) -> int:
    """How many regressions were told of a side compared with itself under load."""
    found = 0
    for turn in range(1, asked.times + 1):
        began, again = time.monotonic(), Counter[bool]()
        with load(asked.load):
            records = take(
                [side, side if asked.identical else _commented(side)],
                asked.profile,
                samples=asked.samples,
                watch=Watch(lambda text, told=again: told.update([" again: " in text])),  # type: ignore[misc]
            )
        judged = compare(*records)
        found += len(judged.broken)
        print(
            f"{turn}: {len(judged.broken)} false alarms, {len(judged.undecided)} too noisy of"
            f" {len(judged.judgements)}; {again[True]} measured again;"
            f" {time.monotonic() - began:.0f} s, load {os.getloadavg()[0]:.1f}",
            flush=True,
        )
        for one in judged.broken:
            print(f"    {one.name}: {'; '.join(reason.says for reason in one.reasons)}")
    print(f"{found} false alarms")
    return found


def _commented(side: Side) -> Side:
    """The side with one comment more: no other text has its times compared with its like."""
    steps = (*side.target.steps, Statement("COMMENT ON TABLE users IS 'People.'", 1))
    return Side("it again", side.contract, Target(side.target.name, steps))


@contextlib.contextmanager
def load(processes: int) -> Iterator[None]:
    """So many processes that do nothing but keep a processor busy."""
    command = [sys.executable, "-c", _BUSY]
    busy = [subprocess.Popen(command) for _ in range(processes)]  # noqa: S603 - our own words
    try:
        yield
    finally:
        for one in busy:
            one.kill()
            one.wait()


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.steadiness", description=__doc__)
    parser.add_argument("what", choices=["plans", "compare"])
    parser.add_argument("--profile", default="small", choices=["tiny", "small", "medium", "scale"])
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--samples", type=int, default=90, help="calls of each query")
    parser.add_argument("--load", type=int, default=os.cpu_count() or 2, help="busy processes")
    parser.add_argument(
        "--identical",
        action="store_true",
        help="compare it with the same text, of which times are not compared; else with a schema"
        " that has one comment more",
    )
    parser.add_argument("--only", action="append", default=[], help="these queries; a glob")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
