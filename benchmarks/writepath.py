"""``python -m benchmarks.writepath``: what writing rows costs, against two other schemas.

The strategy's own schema, schema.sql as it was at a commit, and schema.sql, as databases on one
embedded server. Every round begins with new copies of the same rows; each workload runs on each
schema in turns, so that the machine's moods fall on all of them, and whoever begins changes from
round to round. With ``--prices``, schema.sql is compared with itself instead, one of its decisions
taken back each time.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from benchmarks import timing, writepath_table
from benchmarks.schemas import BASE_COMMIT, OURS, STRATEGY, NoSuchBaseError, schemas
from benchmarks.writepath_prices import Price, prices
from benchmarks.writepath_run import Figure, measure
from benchmarks.writepath_table import Row
from benchmarks.writepath_workloads import (
    CONNECTIONS,
    Bulk,
    Load,
    Workload,
    keys,
    workloads,
)
from benchmarks.writepath_world import Keys, fill
from vrss_contract.database.scratch import Database, Databases
from vrss_contract.errors import TroubleError
from vrss_contract.postgres.choose import choose
from vrss_contract.target import Target

_PATIENCE = 120.0
"""Seconds that one statement may take."""
_COULD_NOT, _INTERRUPTED = 2, 130
Tell = Callable[[str], None]
Plan = Sequence[tuple[Workload, Sequence[str]]]
"""Each workload, and the schemas that it runs on."""


class NoRowError(Exception):
    """Nothing is left to be measured."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 2 where nothing can be measured, 130 where the run was interrupted."""
    asked = _asked(arguments)
    try:
        print(_measured(asked))
    except (TroubleError, NoSuchBaseError, NoRowError) as trouble:
        print(trouble, file=sys.stderr)
        return _COULD_NOT
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return _INTERRUPTED
    return 0


def compared(
    databases: Databases,
    plan: Plan,
    targets: Mapping[str, Target],
    rounds: int,
    tell: Tell = lambda _: None,
) -> list[Row]:
    """Every workload on every schema that it is to be run on, ``rounds`` times.

    Raises:
        TroubleError: the server refuses a schema.
    """
    world = keys([workload for workload, _ in plan])
    taken: dict[tuple[str, str], list[Figure]] = {}
    filled = {name: _filled(databases, target, world) for name, target in targets.items()}
    for number in range(rounds):
        tell(f"round {number + 1} of {rounds}, load {os.getloadavg()[0]:.1f}")
        copies = {name: databases.create(template) for name, template in filled.items()}
        for workload, names in plan:
            for name in _turns(names, number):
                figure = measure(workload, copies[name], world.kept)
                taken.setdefault((workload.row, name), []).append(figure)
        for copy in copies.values():
            databases.drop(copy)
    return [_row(one, {name: taken[one.row, name] for name in names}) for one, names in plan]


def chosen(only: Sequence[str], listed: Sequence[Workload]) -> list[Workload]:
    """The workloads whose rows begin with one of the words; all where there is no word."""
    return [one for one in listed if one.row.startswith(tuple(only))] if only else [*listed]


def _measured(asked: argparse.Namespace) -> str:
    """The tables, and all figures in a file where one is asked for."""
    began = time.monotonic()
    targets = schemas(asked.base)
    listed = chosen(asked.only, workloads(asked.transactions))
    if asked.prices:
        found = list(prices(targets[STRATEGY], targets[OURS]))
        targets = {OURS: targets[OURS], **{price.name: price.target for price in found}}
        plan = [(one, names) for one in listed if len(names := _told(found, one)) > 1]
    else:
        plan = [(one, list(targets)) for one in listed]
    if not plan:
        raise NoRowError(f"no row begins with {' or '.join(asked.only)}, or none tells a price")
    with choose("embedded") as server, Databases(server.access, timeout=_PATIENCE) as databases:
        taken = compared(databases, plan, targets, asked.rounds, _on_stderr)
    if asked.json:
        asked.json.write_text(json.dumps(writepath_table.document(taken), indent=2) + "\n", "utf-8")
    tables = [writepath_table.prices(taken)] if asked.prices else writepath_table.whole(taken)
    return "\n\n".join([_head(asked, time.monotonic() - began), *tables])


def _told(found: Sequence[Price], workload: Workload) -> list[str]:
    return [OURS, *(price.name for price in found if price.tells(workload.row))]


def _head(asked: argparse.Namespace, seconds: float) -> str:
    return (
        f"{timing.machine()}, load {os.getloadavg()[0]:.1f}; {CONNECTIONS} connections,"
        f" {asked.transactions} transactions of each; medians of {asked.rounds} rounds in turns"
        f" (lowest to highest), {seconds:.0f} s in all. A ratio is of speeds in the same round,"
        f" above 1 where ours is the faster; base is {asked.base}."
    )


def _filled(databases: Databases, target: Target, world: Keys) -> Database:
    database = databases.load(target)
    fill(database, world)
    return database


def _turns(names: Sequence[str], number: int) -> list[str]:
    """The schemas in the order of one round."""
    first = number % len(names)
    return [*names[first:], *names[:first]]


def _row(workload: Workload, figures: Mapping[str, Sequence[Figure]]) -> Row:
    timed = isinstance(workload, Bulk)
    return Row(
        workload.row, figures, timed=timed, mixed=isinstance(workload, Load) and workload.mixed
    )


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.writepath", description=__doc__)
    add = parser.add_argument
    add("--rounds", type=_positive, default=10, help="runs of each (10)")
    add("--transactions", type=_positive, default=320, help="of each connection in a load (320)")
    add("--only", type=_words, default=(), metavar="ROW,...", help="rows that begin so")
    add("--base", default=BASE_COMMIT, metavar="COMMIT", help=f"the other schema ({BASE_COMMIT})")
    add("--prices", action="store_true", help="ours with one decision taken back each instead")
    add("--json", type=Path, metavar="FILE", help="all figures, beside the table")
    return parser.parse_args(arguments)


def _words(text: str) -> list[str]:
    return text.split(",")


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def _on_stderr(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
