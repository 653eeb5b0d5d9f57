"""``python -m benchmarks.doctor``: the doctor on a full database, as a role that may only read.

First on a database as it was filled, where it must find nothing; then with a fault of each kind
among the rows, where it must find these and nothing else. Each time as a process of its own, whose
memory is looked at all the while.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil
import psycopg
from psycopg.conninfo import make_conninfo
from tests import paths

from benchmarks import timing
from benchmarks.doctor_faults import PLANTS, READER, expected
from vrss_contract.contract.read import read_contract
from vrss_contract.data.dataset.profiles import profile
from vrss_contract.data.filled_database import filled_database
from vrss_contract.database.scratch import Database
from vrss_contract.errors import BROKEN, UNJUDGED, TroubleError
from vrss_contract.target import sqlfile

_MIB = 1 << 20
_PAUSE = 0.02
"""Seconds between two looks at how much memory is held."""
_COUNT = re.compile(r"([\d,]+) (?:counter-examples?\b|rows?:|of [\d,]+ documents?\b)")
_WITHOUT_REPAIR = ("doctor.tables.present", "doctor.types.present")
"""Checks whose every finding is a fault, be there SQL that mends it or not."""


@dataclass(frozen=True, slots=True)
class Looked:
    """One run of the command."""

    code: int
    seconds: float
    mebibytes: float
    """The most memory that its process held."""
    found: dict[str, int]
    """Faults by check."""
    undecided: tuple[str, ...]
    wrote: bool
    """Whether a transaction id was used meanwhile."""
    slowest: Sequence[tuple[str, float]]
    """The checks that took longest, in seconds."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; 1 where a fault was missed or made up, 2 where no server can be had."""
    asked = _asked(arguments)
    contract = read_contract(paths.contracts())
    target, dataset = sqlfile.read(paths.schema()), profile(asked.profile, contract)
    try:
        with filled_database(target, dataset, contract, timeout=600, doing=_on_stderr) as full:
            healthy, faulty = looked_twice(full.database)
    except TroubleError as trouble:
        print(trouble, file=sys.stderr)
        return trouble.exit_code
    head = {"machine": timing.machine(), "profile": asked.profile, "rows": dataset.rows}
    if asked.json:
        whole = {**head, "healthy": asdict(healthy), "faulty": asdict(faulty)}
        asked.json.write_text(json.dumps(whole, indent=2) + "\n", "utf-8")
    print(f"{head['machine']}; profile {asked.profile}, about {dataset.rows:,} rows\n")
    print(timing.table(("run", "seconds", "most memory, MiB", "faults", "undecided", "wrote"), [
        _row("as it was filled", healthy), _row("with faults planted", faulty)
    ]))  # fmt: skip
    print()
    planted = expected()
    names = sorted({*planted, *faulty.found})
    print(timing.table(("check", "planted", "found"), [
        (name, planted[name], faulty.found.get(name, 0)) for name in names
    ]))  # fmt: skip
    slowest = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in healthy.slowest)
    print(f"\nslowest: {slowest}")
    right = not healthy.found and faulty.found == dict(planted)
    print("all found, and nothing else" if right else "NOT what was planted")
    return 0 if right else 1


def looked_twice(database: Database) -> tuple[Looked, Looked]:
    """The doctor's word on the database as it is, and with the faults planted."""
    with psycopg.connect(database.admin, autocommit=True) as admin:
        admin.execute(f"CREATE ROLE {READER} LOGIN IN ROLE pg_read_all_data")
        try:
            healthy = look(admin, database)
            plant(admin)
            return healthy, look(admin, database)
        finally:
            admin.execute(f"REASSIGN OWNED BY {READER} TO CURRENT_USER")
            admin.execute(f"DROP ROLE {READER}")


def plant(admin: psycopg.Connection[Any]) -> None:
    """Make every fault, past triggers and references."""
    admin.execute("SET session_replication_role = replica")
    for each in PLANTS:
        admin.execute(each.sql.encode())
    admin.execute("RESET session_replication_role")


def look(admin: psycopg.Connection[Any], database: Database) -> Looked:
    """One run of the command as a process of its own. RuntimeError where it made no report."""
    dsn = make_conninfo(database.admin, user=READER)
    words = [sys.executable, "-m", "vrss_contract", "doctor", dsn, "--format", "json"]
    before, began = _transactions(admin), time.perf_counter()
    with tempfile.TemporaryFile() as report:
        process = psutil.Popen(words, stdout=report)
        most = _watched(process)
        seconds = time.perf_counter() - began
        if process.returncode not in {0, BROKEN, UNJUDGED}:
            raise RuntimeError(f"the doctor ended with {process.returncode}")
        report.seek(0)
        verdicts = json.load(report)["verdicts"]
    return Looked(
        process.returncode,
        seconds,
        most / _MIB,
        dict(counted(verdicts)),
        tuple(verdict["id"] for verdict in verdicts if verdict["outcome"] == "undecided"),
        _transactions(admin) != before,
        sorted(((v["id"], v["seconds"]) for v in verdicts), key=lambda one: -one[1])[:5],
    )


def _watched(process: psutil.Popen) -> int:
    """The most bytes of memory that the process was seen to hold, once it has ended."""
    most = 0
    while process.poll() is None:
        with contextlib.suppress(psutil.Error):
            most = max(most, process.memory_info().rss)
        time.sleep(_PAUSE)
    return most


def counted(verdicts: Sequence[dict[str, Any]]) -> Counter[str]:
    """Faults by check: rows where the finding counts them, else findings that have a repair.

    A table or column that is missing has none, and each is one.
    """
    found: Counter[str] = Counter()
    for verdict in verdicts:
        for finding in verdict["findings"] if verdict["outcome"] == "broken" else ():
            if count := _COUNT.match(finding["because"]):
                found[verdict["id"]] += int(count[1].replace(",", ""))
            elif "repair" in finding or verdict["id"] in _WITHOUT_REPAIR:
                found[verdict["id"]] += 1
    return found


def _row(name: str, looked: Looked) -> tuple[object, ...]:
    return (
        name,
        f"{looked.seconds:.1f}",
        f"{looked.mebibytes:.0f}",
        sum(looked.found.values()),
        len(looked.undecided),
        "yes" if looked.wrote else "no",
    )


def _transactions(admin: psycopg.Connection[Any]) -> object:
    return admin.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())").fetchone()


def _on_stderr(what: str) -> None:
    print(what, file=sys.stderr)


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.doctor", description=__doc__)
    parser.add_argument("--profile", default="scale", help="the rows")
    parser.add_argument("--json", type=Path, metavar="FILE", help="all figures, beside the tables")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
