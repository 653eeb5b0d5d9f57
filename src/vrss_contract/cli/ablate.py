"""The command ``ablate``: words in, what each index is worth out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import click

from vrss_contract.cli.formats import OUTPUT, format_of, give_each, require_places
from vrss_contract.cli.options import (
    CONTRACT,
    POSTGRES,
    TARGET,
    contract_of,
    major_of,
    target_of,
)
from vrss_contract.contract.model import Contract
from vrss_contract.data.dataset.profiles import profile
from vrss_contract.data.filled_database import filled_database
from vrss_contract.performance.ablation import Ablation, table
from vrss_contract.performance.ablation import claim as claims
from vrss_contract.performance.ablation.worth import Worth
from vrss_contract.performance.query.session import QuerySession
from vrss_contract.report.progress import Progress
from vrss_contract.target import Target

FORMATS = {"terminal": table.terminal, "markdown": table.markdown, "json": table.document}
_DRAWS = 3
"""Readers of each kind that a query is asked for."""


@click.command()
@TARGET
@click.option(
    "--profile",
    "profile_",
    metavar="NAME",
    help="How much data; without it, the last profile of the contract's manifest.",
)
@click.option(
    "--samples",
    default=40,
    show_default=True,
    type=click.IntRange(10),
    help="Calls of each query, with each index and without it.",
)
@format_of(FORMATS)
@OUTPUT
@POSTGRES
@CONTRACT
def ablate(target: tuple[str, ...], **options: Any) -> int:
    """Tell what each index of TARGET is worth: its size, its cost, and the queries without it.

    Each index is dropped in a transaction that is undone, in a database full of data. A query that
    takes more than 2 s without it is ended there. First all indexes of a tier go at once, to
    measure what is claimed of it.
    """
    require_places(options)
    contract = contract_of(options["contract"])
    with Progress() as progress:
        found = [*_worths(target_of(target, contract), contract, options, progress.doing)]
    give_each(lambda name: FORMATS[name](found), options)
    return 0


def _worths(
    target: Target, contract: Contract, options: dict[str, Any], tell: Callable[[str], None]
) -> Iterator[Worth]:
    contract.manifest.required_calibration()  # not after a minute of work
    rows = profile(options["profile_"] or contract.manifest.largest, contract)
    major = major_of(options["postgres"], contract)
    with (
        filled_database(target, rows, contract, major=major, doing=tell) as opened,
        opened.database.connect() as session,
    ):
        query_session = QuerySession(session, most=_DRAWS)
        ablation = Ablation(contract, query_session, samples=options["samples"], tell=tell)
        yield from claims.of(ablation, contract)
        yield from ablation.worths()
