"""The command ``compare``: words in, what a change did to each query out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from vrss_contract.cli.file_path import FilePath
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
@click.argument("head", required=False)
@click.option(
    "--path",
    type=FilePath(path_type=Path),
    metavar="FILE",
    help="The schema's file in your repository, where it is not the one that the contract names.",
)
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
def compare(base: str, head: str | None, **options: Any) -> int:
    """Say what HEAD did to each query and each write since BASE.

    Each is a JSON file that `tox -e bench` wrote, or a commit or .sql file; commits and .sql files
    are measured now, in turns, and a query for as long as its verdict can change. Without HEAD it
    is the working tree's schema. A commit is measured with its own schema and queries, a .sql file
    with the queries that ship with this tool, or those in --contract.

    It works in any git repository: `vrss-contract compare main --path db/all.sql` compares that
    file as it was in main with the file as it is. The queries of both are then those of --contract,
    save where its folder is in the same repository.

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


def _records(base: str, head: str | None, options: Mapping[str, Any]) -> tuple[Record, Record]:
    for word in filter(None, (base, head)):
        dsn.refuse(word)
    files = [(word or "").endswith(".json") for word in (base, head)]
    if head and all(files):
        return read(Path(base)), read(Path(head))
    if any(files):
        raise MIXED_SIDES(base=base, head=head or "the working tree")
    contract, path = contract_of(options["contract"]), options["path"]
    here = path.parent if path and path.parent.is_dir() else Path()
    samples, major = options["samples"], major_of(options["postgres"], contract)
    profile = options["profile"] or contract.manifest.at_gate("query")
    contract.manifest.profile(profile)  # not after a minute of work
    with (
        side(base, contract, here, path) as one,
        side(head, contract, here, path) as other,
        watching() as watch,
    ):
        before, after = take([one, other], profile, samples=samples, major=major, watch=watch)
    return before, after
