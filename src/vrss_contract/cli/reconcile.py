"""The command ``reconcile``: a DSN in, a script out, or what became of it."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from vrss_contract.cli.options import CONTRACT, contract_of
from vrss_contract.doctor.check import counted
from vrss_contract.errors import BROKEN
from vrss_contract.postgres import dsn
from vrss_contract.reconcile.run import Reconciled, Reconciliation, RepairLog, reconciled
from vrss_contract.reconcile.script import text
from vrss_contract.report.output import say
from vrss_contract.report.progress import Progress


@click.command()
@click.argument("dsn_", metavar="DSN")
@click.option("--run", is_flag=True, help="Run it, instead of printing it.")
@click.option(
    "--schema",
    default="",
    metavar="NAME",
    help="Where the tables are; without it, the schema of the DSN or the contract, and with --run"
    " one of the role's search_path.",
)
@CONTRACT
def reconcile(dsn_: str, *, run: bool, schema: str, contract: Path | None) -> int:
    """Print the script that repairs what drifted in the live database DSN; with --run, run it.

    DSN is postgresql://USER@HOST/DATABASE or 'host=... dbname=...', of the role that owns the
    tables; the password is better in PGPASSWORD or ~/.pgpass than here. Printing connects to
    nothing. A run commits batch by batch while the application goes on, and tells how many rows
    were repaired; one that is interrupted loses nothing and can be run again.

    Exit codes: 0 nothing is left that drifted, 1 something is, 2 could not, 3 wrong use.
    """
    read, address = contract_of(contract), dsn.read(dsn_)
    if run:
        return _run(Reconciliation(read, address, schema))
    schemas = (schema or address.schema or read.schemas[0], *read.schemas[1:])
    say(text(read, dsn.address(address), schemas), sys.stdout)
    return 0


def _run(order: Reconciliation) -> int:
    progress = Progress()
    log, left = RepairLog(progress.doing), 0
    try:
        for one in progress.until_each(reconciled(order, log)):
            _noted(log)
            say(_told(one), sys.stdout)
            left += sum(one.left.values())
    except KeyboardInterrupt:
        say(f"{log} and committed; run again for the rest\n", sys.stderr)
        raise
    return BROKEN if left else 0


def _noted(log: RepairLog) -> None:
    while log.notes:
        say(f"note: {log.notes.pop(0)}\n", sys.stderr)


def _told(one: Reconciled) -> str:
    if not one.found:
        return f"{one.file}: nothing drifted\n"
    rows = [f"{counted(count, 'row')} of {table} repaired" for table, count in one.rows.items()]
    gone = one.found - sum(one.left.values())
    lines = [f"{one.file}: {', '.join(rows) or counted(gone, 'counter-example') + ' gone'}"]
    lines += [f"  left of {id_}: {count:,}" for id_, count in one.left.items() if count]
    return "\n".join([*lines, ""])
