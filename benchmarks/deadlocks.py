"""``python -m benchmarks.deadlocks``: how many transactions end in a deadlock, schema by schema.

Eight connections at READ COMMITTED draw operations of the contract, on the strategy's schema, on
schema.sql as it was at a commit, on schema.sql, and on that with comments counted row by row.
Transactions of two or three operations, hard deletes among them, may deadlock and are then to be
tried again; single everyday statements must not, of one row or of many in opposite orders. The same
seed draws the same; how the connections meet is the server's affair.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests import paths

from benchmarks import timing
from benchmarks.deadlocks_draw import Race, races, rows
from benchmarks.deadlocks_run import CONNECTIONS, NOTHING, Ends, race
from benchmarks.schemas import (
    BASE_COMMIT,
    OURS,
    STRATEGY,
    NoSuchBaseError,
    changed,
    schemas,
    strategys_own,
)
from vrss_contract.contract.model import Contract
from vrss_contract.contract.read import read_contract
from vrss_contract.database.scratch import Database, Databases
from vrss_contract.errors import TroubleError
from vrss_contract.postgres.choose import choose
from vrss_contract.target import Target

ROW_BY_ROW = "ours, comments counted row by row"
_COULD_NOT, _INTERRUPTED = 2, 130
Taken = dict[str, dict[str, Ends]]
"""How transactions ended, by what is raced and by schema."""


@dataclass(frozen=True, slots=True)
class Time:
    """How long is raced, and what is drawn."""

    seconds: float
    """For each schema, where a race takes all of it."""
    seed: int = 1
    stretch: float = 2.0
    """Seconds on one copy of the rows: hard deletes leave fewer and fewer."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 2 where nothing can be measured, 130 where the run was interrupted."""
    asked = _asked(arguments)
    try:
        targets = _targets(asked.base)
        with choose("embedded") as server, Databases(server.access) as databases:
            contract = read_contract(paths.contracts())
            taken = raced(databases, contract, targets, Time(asked.seconds, asked.seed))
    except (TroubleError, NoSuchBaseError) as trouble:
        print(trouble, file=sys.stderr)
        return _COULD_NOT
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return _INTERRUPTED
    print(
        f"{timing.machine()}, load {os.getloadavg()[0]:.1f}; {CONNECTIONS} connections, READ"
        f" COMMITTED, seed {asked.seed}; base is {asked.base}. Deadlocks to commits, their share of"
        f" both, and what else transactions ended in.\n\n{markdown(taken)}"
    )
    return 0


def raced(
    databases: Databases, contract: Contract, targets: Mapping[str, Target], time: Time
) -> Taken:
    """Race everything, the schemas in turns, a stretch of time each.

    Raises:
        TroubleError: the server refuses a schema or its rows.
    """
    sizes = contract.manifest.required_load_test().sizes
    taken: Taken = {}
    empty = {name: databases.load(target) for name, target in targets.items()}
    for one in races(contract.operations, sizes):
        made = {name: _filled(databases, bare, contract, one) for name, bare in empty.items()}
        ends = taken[one.name] = dict.fromkeys(targets, NOTHING)
        for number in range(max(1, round(time.seconds * one.share / time.stretch))):
            for name, template in made.items():
                copy = databases.create(template)
                seed = f"{time.seed} {one.name} {number}"
                ends[name] += race(copy, one.draw, time.stretch, seed)
                databases.drop(copy)
    return taken


def markdown(taken: Taken) -> str:
    """A row for what is raced, a column for a schema."""
    names = list(next(iter(taken.values())))
    lines = [(name, *map(_told, ends.values())) for name, ends in taken.items()]
    return timing.table(("transactions", *names), lines)


def _told(ends: Ends) -> str:
    parts = [f"{ends.deadlocks:,} to {ends.committed:,}", f"{ends.share:.1%}"]
    parts += [f"{count:,} {state}" for state, count in sorted(ends.others.items())]
    return ", ".join([*parts, f"{ends.committed / ends.seconds:,.0f} commits/s"])


def _filled(databases: Databases, empty: Database, contract: Contract, one: Race) -> Database:
    database = databases.create(empty)
    with database.connect() as session:
        rows(session, contract, one.sizes)
    return database


def _targets(commit: str) -> dict[str, Target]:
    found = schemas(commit)
    steps = strategys_own("update_post_comments_count", found[STRATEGY])
    return {**found, ROW_BY_ROW: changed(found[OURS], ROW_BY_ROW, steps)}


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.deadlocks", description=__doc__)
    add = parser.add_argument
    add("--seconds", type=float, default=20.0, help="of transactions of several, a schema (20)")
    add("--seed", type=int, default=1, help="what is drawn (1)")
    add("--base", default=BASE_COMMIT, metavar="COMMIT", help=f"the other schema ({BASE_COMMIT})")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
