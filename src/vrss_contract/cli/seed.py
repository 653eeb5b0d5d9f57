"""The command ``seed``: a DSN in, rows there.

Knows the words; decides nothing.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from vrss_contract.cli.options import CONTRACT, contract_of
from vrss_contract.data.dataset.progress import Progress
from vrss_contract.data.seeding import seed as seeded
from vrss_contract.report.filling import Filling
from vrss_contract.report.output import say

_MINUTE = 60


@click.command()
@click.argument("dsn")
@click.option(
    "--profile",
    metavar="NAME",
    help="Which of the contract's datasets; without it, the first of its manifest.",
)
@CONTRACT
def seed(dsn: str, profile: str | None, contract: Path | None) -> int:
    """Fill the database at DSN, whose tables are empty, with a profile's rows.

    DSN is postgresql://USER@HOST/DATABASE or 'host=… dbname=…', of the role that owns the tables.
    All rows are written or none: a run that fails or is interrupted leaves the database as it was.
    """
    read = contract_of(contract)
    name = profile or read.manifest.first_profile
    with Filling() as filling:
        result = seeded(
            dsn,
            name,
            read,
            seen=lambda progress: filling.at(progress.share, _words(progress)),
        )
    say(
        f"{result.rows:,} rows in {result.seconds:.1f} s, {result.per_second:,.0f} rows/s"
        f" ({name}, {result.server})\n",
        sys.stdout,
    )
    return 0


def _words(progress: Progress) -> str:
    """What is being done, and how long the rest may take."""
    words = f"{progress.phase} {progress.rows:,}" if progress.phase == "rows" else progress.phase
    if progress.left is None:
        return words
    minutes, seconds = divmod(round(progress.left), _MINUTE)
    left = f"{minutes} min {seconds} s" if minutes else f"{seconds} s"
    return f"{words}, about {left} left"
