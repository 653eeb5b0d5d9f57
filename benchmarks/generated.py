"""How much of each schema that we have ``seed --profile generated`` fills, and SqlProof beside it.

    python -m benchmarks.generated [--rows N] [--sqlproof PYTHON] [FILE.sql ...]

PYTHON is one in which SqlProof is installed. Tables and rows are counted in the database, in the
same way for both; partitions, which get their rows through their parents, are no tables here.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests import paths

from benchmarks.draft import schemas
from vrss_contract.contract.model import Contract
from vrss_contract.contract.read import read_contract
from vrss_contract.data.generated import types
from vrss_contract.data.seeding import seed_generated
from vrss_contract.database.scratch import Database, Databases
from vrss_contract.postgres import choose
from vrss_contract.target import sqlfile

_OWN = {
    paths.root() / "schema.sql": paths.contracts(),
    paths.root() / "fixtures/contracts/library/schema.sql": paths.root()
    / "fixtures/contracts/library",
}
"""The schemas that have a contract; the others get a draft."""
_LEFT_OUT = ("partition", "foreign table")


@dataclass(frozen=True, slots=True)
class Row:
    """One generator on one schema."""

    schema: str
    generator: str
    tables: int
    filled: int
    full: int
    rows: int
    refused: int
    seconds: float
    reasons: tuple[str, ...] = ()

    def __str__(self) -> str:
        return (
            f"| {self.schema} | {self.generator} | {self.filled} of {self.tables} | {self.full}"
            f" | {self.rows:,} | {self.rows / self.seconds:,.0f} | {self.refused:,} |"
        )


HEAD = (
    "| schema | generator | tables filled | with all rows | rows | rows/s | refused |\n"
    "|---|---|--:|--:|--:|--:|--:|"
)


def contract_of(schema: Path, folder: Path) -> Contract:
    """The schema's own contract, or what is drafted of it."""
    if schema in _OWN:
        return read_contract(_OWN[schema])
    command = [sys.executable, "-m", "vrss_contract", "draft", str(schema), "-o", str(folder)]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)  # noqa: S603 - ours
    return read_contract(folder)


def ours(name: str, contract: Contract, database: Database, wanted: int) -> Row:
    """What the profile fills."""
    began = time.perf_counter()
    done = seed_generated(database.user, contract, rows=wanted, seed=0)
    seconds = time.perf_counter() - began
    counts = counted(contract, database)
    refused = sum(one.refused for one in done.tallies)
    reasons = tuple(map(str, done.short))
    return _row(name, "generated", counts, wanted, refused, seconds, reasons)


def theirs(name: str, contract: Contract, database: Database, wanted: int, python: str) -> Row:
    """What SqlProof fills."""
    script = Path(__file__).with_name("generated_sqlproof.py")
    words = [python, str(script), database.user, str(wanted), *contract.schemas]
    began = time.perf_counter()
    ran = subprocess.run(words, capture_output=True, text=True, check=True)  # noqa: S603 - ours
    seconds = time.perf_counter() - began
    told = json.loads(ran.stdout)
    reasons = tuple(f"{table}: {why}" for table, why in told["reasons"].items())
    counts = counted(contract, database)
    return _row(name, "SqlProof", counts, wanted, told["refused"], seconds, reasons)


def _row(  # noqa: PLR0913, PLR0917 - a line of the table
    name: str,
    generator: str,
    counts: Sequence[int],
    wanted: int,
    refused: int,
    seconds: float,
    reasons: tuple[str, ...],
) -> Row:
    filled = sum(count > 0 for count in counts)
    full = sum(count >= wanted for count in counts)
    total = sum(counts)
    return Row(name, generator, len(counts), filled, full, total, refused, seconds, reasons)


def counted(contract: Contract, database: Database) -> list[int]:
    """The rows of each table of the contract."""
    with database.administer() as session:
        facts = types.read(session, contract.schemas[0])
        named = [table.name for table in contract.tables.values() if table.form not in _LEFT_OUT]
        found = [
            session.execute(f"SELECT count(*) FROM {facts.spelling(name)}".encode()).fetchone()
            for name in named
        ]
    return [int(row[0]) for row in found if row]


def measured(databases: Databases, schema: Path, wanted: int, python: str) -> Iterator[Row]:
    """The generators on the schema, each in a database of its own."""
    with tempfile.TemporaryDirectory(prefix="generated-contract-") as folder:
        contract = contract_of(schema, Path(folder) / "contract")
    name = schema.parent.name if schema.stem == "schema" and schema in _OWN else schema.stem
    name = "schema.sql" if schema == paths.root() / "schema.sql" else name
    loaded = databases.load(sqlfile.read(schema))
    database = databases.create(loaded)
    yield ours(name, contract, database, wanted)
    databases.drop(database)
    if python:
        database = databases.create(loaded)
        yield theirs(name, contract, database, wanted, python)
        databases.drop(database)
    databases.drop(loaded)


def main(arguments: Sequence[str]) -> int:
    """Measure every schema; 2 where a table of ours stays empty."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=300)
    parser.add_argument("--sqlproof", metavar="PYTHON", default="")
    parser.add_argument("files", nargs="*", type=lambda name: Path(name).resolve())
    given = parser.parse_args(arguments)
    rows: list[Row] = []
    with choose.choose("embedded") as server, Databases(server.access) as databases:
        for schema in given.files or schemas():
            rows.extend(measured(databases, schema, given.rows, given.sqlproof))
    print("\n".join([HEAD, *map(str, rows)]))
    for row in rows:
        for reason in row.reasons:
            print(f"{row.schema}, {row.generator}: {reason}")
    own = [row for row in rows if row.generator == "generated"]
    return 2 if any(row.filled < row.tables for row in own) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
