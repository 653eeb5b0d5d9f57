"""The command ``ablate``: words in, what each index is worth out.

Knows the words; decides nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from vrss_contract.ablation import Ablation, Worth, table
from vrss_contract.ablation import claim as claims
from vrss_contract.clause.model import Contract
from vrss_contract.cli.words import CONTRACTS, POSTGRES, TARGET, contract_of, give, target_of
from vrss_contract.dataset.profiles import profile
from vrss_contract.query.asking import Asking
from vrss_contract.report.output import require_writable
from vrss_contract.report.screen import interactive
from vrss_contract.target import Target
from vrss_contract.world import world

FORMATS = {"terminal": table.terminal, "markdown": table.markdown, "json": table.document}
_PATIENCE = 120.0
"""Seconds that a query may take which lacks its index."""


@click.command()
@TARGET
@click.option(
    "--profile",
    "profile_",
    default="scale",
    show_default=True,
    type=click.Choice(["small", "medium", "scale"]),
    help="How much data.",
)
@click.option(
    "--samples",
    default=40,
    show_default=True,
    type=click.IntRange(10),
    help="Calls of each query, with each index and without it.",
)
@click.option(
    "--format", "format_", type=click.Choice(list(FORMATS)), default="terminal", show_default=True
)
@click.option(
    "--output", type=click.Path(path_type=Path), help="File for the report, else standard output."
)
@POSTGRES
@CONTRACTS
def ablate(target: Path | None, **options: Any) -> int:
    """Tell what each index of TARGET is worth: its size, its cost, and the queries without it.

    Each index is dropped in a transaction that is undone, in a database full of data.
    """
    if options["output"] is not None:
        require_writable(options["output"])
    contract = contract_of(options["contracts"])
    found = []
    for worth in _worths(target_of(target), contract, options):
        _tell(f"{worth.name} is measured")
        found.append(worth)
    _tell("")
    give(FORMATS[options["format_"]](found), options["output"])
    return 0


def _worths(target: Target, contract: Contract, options: dict[str, Any]) -> Iterator[Worth]:
    rows = profile(options["profile_"], contract)
    major = options["postgres"]
    with (
        world(target, rows, contract, major=major, timeout=_PATIENCE, doing=_tell) as opened,
        opened.database.connect() as session,
    ):
        ablation = Ablation(contract, Asking(session, most=12), samples=options["samples"])
        yield from claims.of(ablation, contract)
        yield from ablation.worths()


def _tell(text: str) -> None:
    if interactive(sys.stderr):
        click.echo(f"\r\033[K{text}", nl=False, err=True)
