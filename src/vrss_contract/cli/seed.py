"""The command ``seed``: a DSN in, rows there."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from vrss_contract.cli.options import CONTRACT, contract_of
from vrss_contract.data.dataset.progress import FillProgress
from vrss_contract.data.generated.dataset import NAME
from vrss_contract.data.seeding import seed as seeded
from vrss_contract.data.seeding import seed_generated
from vrss_contract.errors import UNJUDGED
from vrss_contract.report.output import say
from vrss_contract.report.progress import Progress

_ROWS = 100


@click.command()
@click.argument("dsn")
@click.option(
    "--profile",
    metavar="NAME",
    help="Which of the contract's datasets; without it, the first of its manifest. For any"
    " contract there is 'generated': rows drawn at random from what the contract declares.",
)
@click.option(
    "--rows",
    type=click.IntRange(min=1),
    help=f"Of 'generated', how many rows each table gets, without it {_ROWS}. What the reference"
    " data fill gets no more; what triggers write comes on top.",
)
@click.option(
    "--seed", "number", type=int, help="Of 'generated', which rows: the same for the same number."
)
@CONTRACT
def seed(
    dsn: str, profile: str | None, rows: int | None, number: int | None, contract: Path | None
) -> int:
    """Fill the database at DSN, whose tables are empty, with a profile's rows.

    DSN is postgresql://USER@HOST/DATABASE or 'host=… dbname=…', of the role that owns the tables.
    All rows are written or none: a run that fails or is interrupted leaves the database as it was.
    Generated rows that the database refuses are left out; a table for which fewer rows than wanted
    were found is named with the reason, and the exit code is 2 where one has no row at all.
    """
    if profile != NAME and (rows is not None or number is not None):
        raise click.UsageError("--rows and --seed are for --profile generated alone.")
    read = contract_of(contract)
    name = profile or read.manifest.first_profile
    with Progress() as progress:

        def seen(fill: FillProgress) -> None:
            progress.at(fill.share, f"rows {fill.rows:,}" if fill.phase == "rows" else fill.phase)

        if name == NAME:
            result = seed_generated(dsn, read, rows=rows or _ROWS, seed=number or 0, seen=seen)
        else:
            result = seeded(dsn, name, read, seen=seen)
    say(
        f"{result.rows:,} rows in {result.seconds:.1f} s, {result.per_second:,.0f} rows/s"
        f" ({name}, {result.server})\n",
        sys.stdout,
    )
    for note in result.notes:
        say(f"note: {note}\n", sys.stderr)
    for tally in result.short:
        say(f"{tally}\n", sys.stdout)
    return UNJUDGED if result.empty else 0
