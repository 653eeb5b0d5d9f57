"""``python -m benchmarks.pgtap``: the same promises judged by pgTAP through psql, and by us.

Both on one server, in one loaded database, in turns. Judged is what both sides can assert in
their own words; a second table says what that is, and what is left out: the name of the constraint
that refuses, which pgTAP finds in a message's text alone; bodies of functions; that there is no
constraint beyond the declared; which index a delete uses; scenarios and phases.

pgTAP is given its best form: installed beforehand, one transaction, many assertions a statement,
only the strongest where one implies another, a taken row undone by the assertion that tries it.
Ours asks more in the same time: which column refused, what a taken row then holds, the conditions
of checks and partial indexes, what a foreign key does on delete, when a trigger fires.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests import paths

from benchmarks import timing
from benchmarks.assertions import assertions
from benchmarks.common import checks, common, comparable, sort
from benchmarks.extension import pgtap
from benchmarks.script import AT_ONCE, made, script
from benchmarks.sides import IDLE, Sides, prepared
from vrss_contract.contract.model import Contract
from vrss_contract.contract.read import read_contract
from vrss_contract.database.scratch import Databases
from vrss_contract.errors import TroubleError
from vrss_contract.postgres.choose import choose
from vrss_contract.target import sqlfile

_BEST = f"pgTAP: psql, {AT_ONCE} assertions a statement"
_PLAIN = "pgTAP: psql, a statement each"
_OURS = "ours: a process of its own"
_SETTING_OUT = "psql that runs `SELECT 1`"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print both tables; 2 where pgTAP or the server can't be had."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pgtap", description=__doc__)
    parser.add_argument("--runs", type=int, default=10, help="runs of each side (10)")
    runs: int = parser.parse_args(arguments).runs
    contract = read_contract(paths.contracts())
    try:
        taken = _taken(runs, contract)
    except TroubleError as trouble:
        print(trouble, file=sys.stderr)
        return trouble.exit_code
    print(f"{timing.machine()}; {runs} runs of each, in turns; seconds\n")
    print(_times(taken, contract))
    print(f"\n{_ratios(taken)}\n")
    print(_fairness(contract))
    return 0


def _taken(runs: int, contract: Contract) -> dict[str, list[timing.Stages]]:
    extension, asserted = pgtap(), made(contract, common(contract))
    with (
        tempfile.TemporaryDirectory() as folder,
        choose("embedded") as server,
        Databases(server.access) as databases,
    ):
        database = prepared(databases, sqlfile.read(paths.schema()), extension)
        best, plain = Path(folder, "best.sql"), Path(folder, "plain.sql")
        best.write_text(script(contract, asserted, at_once=AT_ONCE), "utf-8")
        plain.write_text(script(contract, asserted), "utf-8")
        sides = Sides(database, len(asserted))
        with database.administer() as admin:
            return timing.interleaved(
                runs,
                {
                    _BEST: lambda: sides.pgtap(best),
                    _PLAIN: lambda: sides.pgtap(plain),
                    _OURS: sides.ours,
                    _SETTING_OUT: lambda: sides.psql(*IDLE)[0],
                },
                # Rows rolled back are still there: nobody is to step over another's.
                lambda: admin.execute("VACUUM"),
            )


def _times(taken: dict[str, list[timing.Stages]], contract: Contract) -> str:
    clauses = common(contract)
    ours, theirs = sum(map(checks, clauses)), len(made(contract, clauses))
    rows = [
        (_BEST, timing.WALL, theirs),
        (_PLAIN, timing.WALL, theirs),
        (_SETTING_OUT, timing.WALL, 0),
        (_OURS, timing.WALL, ours),
        (_OURS, "interpreter and imports", 0),
        (_OURS, "contract", 0),
        (_OURS, "server", 0),
        (_OURS, "judge", ours),
    ]
    return timing.table(
        ("side", "part", "median", "range", "assertions", "a second"),
        [_line(name, part, taken[name], count) for name, part, count in rows],
    )


def _line(name: str, part: str, runs: Sequence[timing.Stages], count: int) -> tuple[str, ...]:
    seconds = timing.middle(runs, part)
    rate = (f"{count:,}", f"{count / seconds:,.0f}") if count else ("", "")
    return (name, part, f"{seconds:.3f}", timing.spread(runs, part), *rate)


def _ratios(taken: dict[str, list[timing.Stages]]) -> str:
    theirs, start = timing.middle(taken[_BEST]), timing.middle(taken[_SETTING_OUT])
    whole, judge = timing.middle(taken[_OURS]), timing.middle(taken[_OURS], "judge")
    return (
        f"Judging alone: pgTAP {theirs - start:.3f} (psql's own start taken off), ours {judge:.3f},"
        f" ratio {(theirs - start) / judge:.2f}.\n"
        f"Whole processes: pgTAP {theirs:.3f}, ours {whole:.3f}, ratio {theirs / whole:.2f}.\n"
        "Above 1, ours is the quicker."
    )


def _fairness(contract: Contract) -> str:
    """What both sides assert, sort by sort, and what pgTAP has no assertion for."""
    ours: Counter[str] = Counter()
    theirs: Counter[str] = Counter()
    alone: Counter[str] = Counter()
    for clause in contract.clauses:
        (ours if comparable(clause) else alone)[sort(clause)] += checks(clause)
        theirs[sort(clause)] += sum(1 for _ in assertions(clause, contract))
    rows = [(name, ours[name], theirs[name], alone[name]) for name in sorted({*ours, *alone})]
    whole = ("all", ours.total(), theirs.total(), alone.total())
    return timing.table(
        ("promise", "our checks", "pgTAP assertions", "ours, not compared"), [*rows, whole]
    )


if __name__ == "__main__":
    sys.exit(main())
