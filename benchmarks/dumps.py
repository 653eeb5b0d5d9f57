"""Dumps of the canonical schema by pg_dump 15, 16, 17 and 18, each judged as a target.

    python -m benchmarks.dumps [--major N]... [WORDS OF VERIFY]...

On a server of each version the schema is loaded and filled with the first profile's rows; its own
pg_dump writes all of it, the schema alone, and the schema without owners, and each is judged on the
embedded server. Prints a row a dump, and ends with the worst exit code.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click
from tests import paths

from benchmarks.versions import WHEELS, install
from vrss_contract.contract.read import read_contract
from vrss_contract.data.seeding import seed
from vrss_contract.database.scratch import Databases
from vrss_contract.postgres.binaries import INSTALL
from vrss_contract.postgres.embedded import EmbeddedServer
from vrss_contract.postgres.errors import NO_DUMP_PROGRAMS
from vrss_contract.postgres.find_programs import local
from vrss_contract.target import sqlfile

DUMPS = {
    "whole": (),
    "schema-only": ("--schema-only",),
    "schema-only-no-owner": ("--schema-only", "--no-owner"),
}
"""Each dump with the words for pg_dump."""


@click.command(context_settings={"ignore_unknown_options": True})
@click.option("--major", "majors", type=click.Choice([*map(str, WHEELS)]), multiple=True)
@click.option("--folder", type=click.Path(path_type=Path), default=Path(".tox/versions"))
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def main(majors: tuple[str, ...], folder: Path, words: tuple[str, ...]) -> None:
    """Judge each dump of each version."""
    worst = 0
    with tempfile.TemporaryDirectory() as home:
        for major in map(int, majors or map(str, WHEELS)):
            with _binaries(install(major, folder.resolve())):
                written = list(_written(major, Path(home)))
            for dump in written:
                worst = max(worst, _judged(dump, words))
    sys.exit(worst)


@contextmanager
def _binaries(where: Path | None) -> Iterator[None]:
    """Those that servers and programs are taken from."""
    with ExitStack() as stack:
        if where:
            os.environ[INSTALL] = str(where)
            stack.callback(os.environ.pop, INSTALL)
        yield


def _written(major: int, folder: Path) -> Iterator[Path]:
    """The dumps of a database on a server of that version."""
    contract = read_contract(paths.contracts())
    with EmbeddedServer(major=major) as server, Databases(server.access) as databases:
        database = databases.load(sqlfile.read(paths.schema()))
        seed(database.admin, contract.manifest.first_profile, contract)
        programs = local(major, NO_DUMP_PROGRAMS)
        for name, words in DUMPS.items():
            path = folder / f"{major}-{name}.sql"
            path.write_text(programs.text(database.admin, *words), "utf-8")
            yield path


def _judged(dump: Path, words: tuple[str, ...]) -> int:
    began = time.perf_counter()
    ran = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "vrss_contract", "verify", str(dump), *words],
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    counted = next((line for line in ran.stdout.splitlines() if " held, " in line), ran.stdout)
    seconds = time.perf_counter() - began
    print(f"{dump.stem}: exit code {ran.returncode}, {seconds:.0f} s: {counted}", flush=True)
    if ran.returncode:
        print(ran.stdout, file=sys.stderr)
    return ran.returncode


if __name__ == "__main__":
    main()
