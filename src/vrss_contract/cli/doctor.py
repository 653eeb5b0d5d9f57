"""The command ``doctor``: words in, a report on a live database out."""

from __future__ import annotations

import time
from typing import Any

import click

from vrss_contract import __version__
from vrss_contract import doctor as examination
from vrss_contract.checks.verdict import Tally
from vrss_contract.cli.formats import OUTPUT, format_of, give_each, require_places
from vrss_contract.cli.options import (
    CONTRACT,
    LEVEL,
    ONLY,
    contract_of,
    counted,
    finite,
)
from vrss_contract.contract import digest
from vrss_contract.contract.selection import select
from vrss_contract.doctor import checks
from vrss_contract.postgres import dsn
from vrss_contract.report import FORMATS, RunInfo
from vrss_contract.report.progress import Progress

_FINDINGS = 60
"""Findings of one check at a terminal: a restore that went wrong lacks many things of a kind."""


@click.command()
@click.argument("dsn_", metavar="DSN")
@ONLY
@LEVEL
@click.option(
    "--timeout",
    default=examination.TIMEOUT,
    show_default=True,
    type=click.FloatRange(0.1, 86_400),
    callback=finite,
    metavar="SECONDS",
    help="How long one statement may take.",
)
@click.option(
    "--schema",
    default="",
    metavar="NAME",
    help="Where the tables are; without it, the schema of the DSN or the contract, or one of the"
    " search_path.",
)
@format_of(FORMATS)
@OUTPUT
@CONTRACT
def doctor(dsn_: str, **options: Any) -> int:
    """Look at the live database DSN for faults of its data, indexes and sequences. Reads only.

    DSN is postgresql://USER@HOST/DATABASE or 'host=... dbname=...'; the password is better in
    PGPASSWORD or ~/.pgpass than here. The role needs to read: pg_read_all_data is enough. What
    mends a fault is printed and never run.
    """
    began = time.perf_counter()
    require_places(options)
    contract, address = contract_of(options["contract"]), dsn.read(dsn_)
    order = examination.Examination(
        contract=contract,
        folder=contract.manifest.folder,
        checks=select(checks.of(contract), only=options["only"], level=options["level"]),
        address=address,
        timeout=options["timeout"],
        schema=options["schema"] or address.schema,
    )
    result = _with_progress(order)
    run_info = _run_info(result, digest.of_contract(contract), time.perf_counter() - began)
    tally = Tally.of(result.verdicts)
    give_each(lambda name: FORMATS[name](run_info, result.verdicts), options, counted(tally))
    return tally.exit_code


def _run_info(result: examination.ExaminationResult, contract: str, seconds: float) -> RunInfo:
    return RunInfo(
        target=f"database {result.database}",
        server=result.server,
        contract=contract,
        version=__version__,
        seconds=seconds,
        phases=result.seconds,
        whole="Database",
        noun="check",
        remedy="repair what is told above, then run the doctor again",
        notes=result.notes,
        findings=_FINDINGS,
        listings=tuple(result.listings),
    )


def _with_progress(order: examination.Examination) -> examination.ExaminationResult:
    with Progress(len(order.checks)) as progress:
        return examination.examine(order, progress.judged, progress.doing)
