"""The command ``merge``: the reports of a run's shards in, the report of the whole out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from vrss_contract.checks.verdict import Tally
from vrss_contract.cli.file_path import FilePath
from vrss_contract.cli.formats import OUTPUT, format_of, give_each, require_places
from vrss_contract.cli.options import counted
from vrss_contract.report import FORMATS, kept
from vrss_contract.report.merge import merged


@click.command()
@click.argument(
    "reports", metavar="REPORT.json...", nargs=-1, required=True, type=FilePath(path_type=Path)
)
@format_of(FORMATS)
@OUTPUT
def merge(reports: Sequence[Path], **options: Any) -> int:
    """Make one report of those that verify --shard I/N --format json wrote.

    It is what a run of all clauses on one machine would have written, but for times. Exit codes
    are those of verify; 3 where a shard is missing, or one is of another run.
    """
    require_places(options)
    whole = merged({path: kept.read(path) for path in reports})
    tally = Tally.of(whole.verdicts)
    give_each(lambda name: FORMATS[name](whole.run_info, whole.verdicts), options, counted(tally))
    return tally.exit_code
