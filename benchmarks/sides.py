"""Both sides of the comparison with pgTAP, run as processes and held to their word.

Knows how each is started and how to tell that all its assertions were made and are true; does not
know what they assert.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from benchmarks import timing
from benchmarks.script import SCHEMA
from vrss_contract.database.scratch import Database, Databases
from vrss_contract.postgres.binaries import locate
from vrss_contract.target import Target

IDLE = ("-c", "SELECT 1")
"""What psql is asked for where only its own start is of interest."""
_QUIET = ("-X", "-q", "-A", "-t")


@dataclass(frozen=True, slots=True)
class Sides:
    """Both sides on one database, in which nothing is ever committed."""

    database: Database
    planned: int
    """How many assertions pgTAP's script makes."""

    def pgtap(self, script: Path) -> timing.Stages:
        """Run the script.

        Raises:
            ValueError: an assertion was not made or is not true.
        """
        stages, output = self.psql("-f", str(script))
        lines = output.splitlines()
        passed = sum(line.startswith("ok ") for line in lines)
        failed = [line for line in lines if line.startswith("not ok")]
        if failed or passed != self.planned:
            raise ValueError(f"{passed} of {self.planned} assertions are true; {failed[:5]}")
        return stages

    def psql(self, *arguments: str) -> tuple[timing.Stages, str]:
        """Run psql, as the role that our own probes run as."""
        program = str(locate() / "bin" / "psql")
        seconds, output = timing.process([program, *_QUIET, *arguments, self.database.user])
        return {timing.WALL: seconds}, output

    def ours(self) -> timing.Stages:
        """Judge the same promises."""
        command = [
            sys.executable,
            "-m",
            "benchmarks.judge",
            self.database.admin,
            self.database.user,
            self.database.stranger,
        ]
        seconds, output = timing.process(command)
        told = json.loads(output)
        rest = seconds - sum(told.values())
        return {timing.WALL: seconds, "interpreter and imports": rest, **told}


def prepared(databases: Databases, target: Target, extension: str) -> Database:
    """The target, and pgTAP beside it in a schema of its own."""
    database = databases.load(target)
    with database.administer() as admin:
        admin.execute(f"CREATE SCHEMA {SCHEMA}")
        admin.execute(f"GRANT USAGE ON SCHEMA {SCHEMA} TO PUBLIC")
        admin.execute(f"SET search_path = {SCHEMA}, public")
        admin.execute(extension.encode())
    return replace(database, admin=bare(database.admin), user=bare(database.user))


def bare(conninfo: str) -> str:
    """The conninfo as it may stand on a command line: the private socket asks for no password."""
    parts = conninfo_to_dict(conninfo)
    return make_conninfo(**{key: str(parts[key]) for key in parts if key != "password"})
