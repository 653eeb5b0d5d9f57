"""``python -m benchmarks.isolationtester CLAUSE``: what stepping an interleaving costs, by others.

PostgreSQL's own isolationtester plays the same sessions on the same server as we do, in turns. It
is in no package of Debian's: ISOLATIONTESTER names one that was built (src/test/isolation). It
plays the orders that ours finds to be different, and puts all rows back by DELETE and INSERT; ours
finds them, puts the changed tables back, and asks the invariants as well.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence

from benchmarks.sides import bare
from benchmarks.timing import interleaved, machine, middle, spread, table
from vrss_contract import paths
from vrss_contract.checks import schedule
from vrss_contract.cli import kept_contract
from vrss_contract.concurrency import scenarios
from vrss_contract.concurrency.restorable import RestorableDatabase
from vrss_contract.concurrency.schedule.player import PATIENT, Player
from vrss_contract.concurrency.schedule.program import Level, Program
from vrss_contract.contract.model import Contract, SchedulePromise
from vrss_contract.database.baseline_rows import BaselineRows
from vrss_contract.database.clear_tables import emptied
from vrss_contract.database.scratch import Databases
from vrss_contract.database.scratch_database import Database
from vrss_contract.errors import Trouble, TroubleError
from vrss_contract.postgres.choose import choose
from vrss_contract.target import sqlfile

VARIABLE = "ISOLATIONTESTER"
NO_TESTER = Trouble(
    "no-isolationtester",
    "There is no isolationtester to compare with.",
    says="isolationtester can't be had",
    tried="to find what {variable} names",
    found="no such program",
    do="build src/test/isolation of PostgreSQL's source, and set {variable} to isolationtester",
)
_EACH = "ms an interleaving"
_BRACED = re.compile(r"'([^'\\]*[{}][^'\\]*)'")
_LEVEL = Level.RC
_PATIENCE = 120.0
"""Seconds that a statement may take: who waits for another one waits for it to be stepped."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 2 where there is no isolationtester."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.isolationtester")
    parser.add_argument("clause", help="a clause of kind schedule")
    parser.add_argument("--runs", type=int, default=10, help="runs of each side (10)")
    given = parser.parse_args(arguments)
    contract = kept_contract.read(paths.contracts())
    promise = contract.clause(given.clause).promise
    if not isinstance(promise, SchedulePromise):
        parser.error(f"{given.clause} is of another kind")
    try:
        program = tester()
    except TroubleError as trouble:
        print(trouble, file=sys.stderr)
        return trouble.exit_code
    print(f"{given.clause}, {machine()}; {given.runs} runs of each, in turns\n")
    print(_compared(program, promise, contract, given.runs))
    return 0


def tester() -> str:
    """The program. Raises TroubleError."""
    named = os.environ.get(VARIABLE, "")
    if not os.access(named, os.X_OK):
        raise NO_TESTER(variable=VARIABLE)
    return named


def _compared(program: str, promise: SchedulePromise, contract: Contract, runs: int) -> str:
    mix = tuple(_LEVEL for _ in promise.sessions)
    with choose("embedded") as server, Databases(server.access, timeout=_PATIENCE) as databases:
        target = sqlfile.read(contract.manifest.required_schema())
        copies = [databases.load(target) for _ in range(2)]
        with (
            RestorableDatabase(copies[0], contract) as restorable,
            Player(copies[0], len(mix), reset=restorable.reset, tries=PATIENT) as player,
        ):
            restorable.prepare(scenarios.schedule_rows(promise, BaselineRows(contract)))
            found = list(schedule.executions(promise, mix, restorable, player))
            orders = [one.run.order for one in found]
            text = spec(promise, contract, scenarios.scripts(promise, mix), orders)

            def ours() -> dict[str, float]:
                began = time.perf_counter()
                played = len(list(schedule.executions(promise, mix, restorable, player)))
                return _each(time.perf_counter() - began, played)

            sides = {"isolationtester": lambda: _theirs(program, text, copies[1]), "ours": ours}
            taken = interleaved(runs, sides, lambda: None)
    rows = [
        (name, f"{middle(of, 'played'):.0f}", f"{middle(of, _EACH):.1f}", spread(of, _EACH))
        for name, of in taken.items()
    ]
    return table(("side", "interleavings", _EACH, "range"), rows)


def _theirs(program: str, text: str, database: Database) -> dict[str, float]:
    began = time.perf_counter()
    done = subprocess.run(  # noqa: S603 - named by the caller
        [program, bare(database.user)], input=text, capture_output=True, check=False, text=True
    )
    if done.returncode != 0:
        raise RuntimeError(done.stdout[-2000:] + done.stderr)
    return _each(time.perf_counter() - began, done.stdout.count("\nstarting permutation:"))


def _each(seconds: float, played: int) -> dict[str, float]:
    return {"played": played, _EACH: seconds / played * 1000}


def spec(
    promise: SchedulePromise, contract: Contract, program: Program, orders: Iterable[Sequence[int]]
) -> str:
    """The sessions and orders as isolationtester reads them."""
    rows = ";\n".join(map(escaped, scenarios.schedule_rows(promise, BaselineRows(contract))))
    parts = [f"setup\n{{ {emptied(contract.tables)} }}", f"setup\n{{ {rows}; }}"]
    for number, script in enumerate(program):
        begins = f"setup {{ BEGIN ISOLATION LEVEL {_LEVEL.sql}; }}"
        told = [
            f"step s{number}_{n} {{ {sql}; }}" for n, sql in enumerate(map(escaped, script.steps))
        ]
        parts.append("\n".join([f"session s{number}", begins, *told, "teardown { ROLLBACK; }"]))
    return "\n\n".join([*parts, *map(_permutation, orders)]) + "\n"


def _permutation(order: Sequence[int]) -> str:
    steps = [f"s{session}_{order[:n].count(session)}" for n, session in enumerate(order)]
    return f"permutation {' '.join(steps)}"


def escaped(sql: str) -> str:
    """The statement without braces, which end a step: constants that have some, spelt otherwise."""
    return _BRACED.sub(
        lambda found: f"E'{found[1].replace('{', chr(92) + 'x7b').replace('}', chr(92) + 'x7d')}'",
        sql,
    )


if __name__ == "__main__":
    sys.exit(main())
