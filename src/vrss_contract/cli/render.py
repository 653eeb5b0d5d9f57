"""The command ``render``: a kept JSON report in, the same report in another format out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from vrss_contract.checks.verdict import Tally
from vrss_contract.cli.file_path import FilePath
from vrss_contract.cli.formats import OUTPUT, format_of, give_each, require_places
from vrss_contract.cli.options import counted
from vrss_contract.report import FORMATS, kept

Write = Callable[[], str]


@click.command()
@click.argument("report", metavar="REPORT.json", type=FilePath(path_type=Path))
@format_of(FORMATS)
@OUTPUT
def render(report: Path, **options: Any) -> int:
    """Write REPORT.json, which was kept of a run, in another format.

    It is what --format json of verify or doctor wrote. Nothing is judged again.

    Exit codes: 0 it is written, 3 wrong use, as where it is no such report or one of another
    version.
    """
    require_places(options)
    formats, headline = _kept(report)
    give_each(lambda name: formats[name](), options, headline)
    return 0


def _kept(path: Path) -> tuple[Mapping[str, Write], str]:
    """How the report is written in each of its formats, and what it says in a few words."""
    found = kept.read(path)
    formats = {
        name: lambda write=write: write(found.run_info, found.verdicts)
        for name, write in FORMATS.items()
    }
    return formats, counted(Tally.of(found.verdicts))
