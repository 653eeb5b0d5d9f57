"""``python -m benchmarks.writepath``: what each fix of schema.sql costs when rows are written.

The strategy's own schema, ours, ours without triggers, and the strategy's with one of our fixes
each, as databases on one embedded server. Each workload runs on each schema in turns, round after
round, so that the machine's moods fall on all of them; whoever begins changes from round to round.

Single fixes are tried on the workloads that they bear on. Ours without triggers keeps its other
differences: more indexes, and checks that call a function.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tests import paths

from benchmarks import timing
from benchmarks.writepath_run import Figure, fill, measure
from benchmarks.writepath_schemas import BARE, OURS, STRATEGY, schemas
from benchmarks.writepath_table import Row, document, legend, markdown
from benchmarks.writepath_workloads import CONNECTIONS, Size, Statement, Workload, rows, workloads
from vrss_contract.database.scratch import Database, Databases
from vrss_contract.errors import TroubleError
from vrss_contract.postgres.choose import choose
from vrss_contract.target import Target, sqlfile

_PATIENCE = 120.0
"""Seconds that one statement may take."""
_INTERRUPTED = 130
Tell = Callable[[str], None]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 2 where the server can't be had, 130 where the run was interrupted."""
    asked = _asked(arguments)
    size = Size(asked.seconds)
    try:
        taken = compared(workloads(size), users=size.users, rounds=asked.rounds, tell=_on_stderr)
    except TroubleError as trouble:
        print(trouble, file=sys.stderr)
        return trouble.exit_code
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return _INTERRUPTED
    head = {"machine": timing.machine(), "rounds": asked.rounds, "seconds": asked.seconds}
    if asked.json:
        whole = {**head, "rows": document(taken)}
        asked.json.write_text(json.dumps(whole, indent=2) + "\n", "utf-8")
    print(
        f"{head['machine']}; {CONNECTIONS} connections, loads of {asked.seconds} s; medians of"
        f" {asked.rounds} rounds in turns (lowest to highest); a ratio is the speed against the"
        " strategy's in the same round, above 1 is the faster\n"
    )
    print(f"{markdown(taken)}\n\n{legend(taken)}")
    return 0


def compared(
    listed: Sequence[Workload], *, users: int, rounds: int, tell: Tell = lambda _: None
) -> list[Row]:
    """Every workload on every schema that it is to be run on, ``rounds`` times.

    Raises:
        TroubleError: the server can't be had or refuses a schema.
        LostFixError: schema.sql no longer holds what a fix is made of.
    """
    literal = paths.fixtures() / "implementations" / "strategy_literal.sql"
    targets = schemas(sqlfile.read(literal), sqlfile.read(paths.schema()))
    taken: dict[tuple[str, str], list[Figure]] = {}
    with choose("embedded") as server, Databases(server.access, timeout=_PATIENCE) as databases:
        filled = {name: _filled(databases, target, users) for name, target in targets.items()}
        for number in range(rounds):
            for workload in listed:
                tell(f"round {number + 1} of {rounds}: {rows(workload)[0]}")
                for name in _turns(workload, number):
                    figures = measure(workload, filled[name])
                    for row, figure in zip(rows(workload), figures, strict=True):
                        taken.setdefault((row, name), []).append(figure)
    return list(_rows(listed, taken))


def _filled(databases: Databases, target: Target, users: int) -> Database:
    database = databases.load(target)
    fill(database, users)
    return database


def _schemas(workload: Workload) -> list[str]:
    return [STRATEGY, OURS, BARE, *workload.fixes]


def _turns(workload: Workload, number: int) -> list[str]:
    """The schemas in the order of one round."""
    names = _schemas(workload)
    first = number % len(names)
    return names[first:] + names[:first]


def _rows(listed: Sequence[Workload], taken: dict[tuple[str, str], list[Figure]]) -> Iterator[Row]:
    for workload in listed:
        for name in rows(workload):
            figures = {schema: taken[name, schema] for schema in _schemas(workload)}
            yield Row(name, isinstance(workload, Statement), figures)


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.writepath", description=__doc__)
    parser.add_argument("--seconds", type=_positive, default=1, help="seconds of a load (1)")
    parser.add_argument("--rounds", type=_positive, default=3, help="runs of each (3)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="all figures, beside the table")
    return parser.parse_args(arguments)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def _on_stderr(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
