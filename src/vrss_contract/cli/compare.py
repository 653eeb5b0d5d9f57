"""The command ``compare``: words in, what a change did to each query out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from vrss_contract.cli.formats import OUTPUT, format_of, give_each, require_places
from vrss_contract.cli.options import (
    CONTRACT,
    POSTGRES,
    contract_of,
    major_of,
)
from vrss_contract.cli.watching import watching
from vrss_contract.errors import BROKEN, UNJUDGED
from vrss_contract.performance.comparison import table
from vrss_contract.performance.comparison.errors import MIXED_SIDES
from vrss_contract.performance.comparison.formats import FORMATS
from vrss_contract.performance.comparison.judge import compare as judged
from vrss_contract.performance.comparison.measurement import take
from vrss_contract.performance.comparison.record import Record, read
from vrss_contract.performance.comparison.side import side
from vrss_contract.target import dsn


@click.command()
@click.argument("base")
@click.argument("head")
@click.option(
    "--profile",
    metavar="NAME",
    help="How much data commits and .sql files are measured on; without it, what a gate judges"
    " queries at.",
)
@click.option(
    "--samples",
    default=300,
    show_default=True,
    type=click.IntRange(30),
    help="Calls of each query, each beside one of the calibration query.",
)
@format_of(FORMATS)
@OUTPUT
@POSTGRES
@CONTRACT
def compare(base: str, head: str, **options: Any) -> int:
    """Say what HEAD did to each query and each write since BASE.

    Each is a JSON file that `tox -e bench` wrote, or a commit or .sql file; commits and .sql files
    are measured now, in turns. A commit is measured with its own schema and queries, a .sql file
    with the queries that ship with this tool, or those in --contract.

    Exit codes: 0 nothing is worse, 1 something is worse or on one side alone, 2 too noisy to tell
    or not comparable, 3 wrong use.
    """
    require_places(options)
    records = _records(base, head, options)
    found = judged(*records)
    give_each(lambda name: FORMATS[name](found), options, table.headline(found))
    if found.broken:
        return BROKEN
    return UNJUDGED if found.undecided else 0


def _records(base: str, head: str, options: Mapping[str, Any]) -> tuple[Record, Record]:
    for word in (base, head):
        dsn.refuse(word)
    files = [word.endswith(".json") for word in (base, head)]
    if all(files):
        return read(Path(base)), read(Path(head))
    if any(files):
        raise MIXED_SIDES(base=base, head=head)
    contract, here = contract_of(options["contract"]), Path()
    samples, major = options["samples"], major_of(options["postgres"], contract)
    profile = options["profile"] or contract.manifest.at_gate("query")
    contract.manifest.profile(profile)  # not after a minute of work
    with (
        side(base, contract, here) as one,
        side(head, contract, here) as other,
        watching() as watch,
    ):
        before, after = take([one, other], profile, samples=samples, major=major, watch=watch)
    return before, after
