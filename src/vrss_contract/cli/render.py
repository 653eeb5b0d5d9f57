"""The command ``render``: a kept JSON report in, the same report in another format out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import click

from vrss_contract.checks.verdict import Tally
from vrss_contract.cli.file_path import FilePath
from vrss_contract.cli.formats import OUTPUT, format_of, give_each, require_places
from vrss_contract.cli.options import counted
from vrss_contract.contract.strict_json import ForeignJsonError
from vrss_contract.performance.comparison import formats as comparisons
from vrss_contract.performance.comparison import kept as kept_comparison
from vrss_contract.performance.comparison import table
from vrss_contract.report import FORMATS, kept
from vrss_contract.report.errors import NO_SUCH_FORMAT

Writers = Mapping[str, Callable[[], str]]
"""How a report is written, by the name of the format."""


@click.command()
@click.argument("report", metavar="REPORT.json", type=FilePath(path_type=Path))
@format_of(dict.fromkeys([*FORMATS, *comparisons.FORMATS]))
@OUTPUT
def render(report: Path, **options: Any) -> int:
    """Write REPORT.json, which was kept of a run, in another format.

    It is what --format json of verify, doctor or compare wrote. Nothing is judged again.

    Exit codes: 0 it is written, 3 wrong use, as where it is no such report or one of another
    version.
    """
    require_places(options)
    writers, headline = _kept(report)
    asked = options["formats"]
    for name in (asked.plain, *(name for name, _ in asked.files)):
        if name not in writers:
            raise NO_SUCH_FORMAT(path=str(report), name=name, known=", ".join(writers))
    give_each(lambda name: writers[name](), options, headline)
    return 0


def _kept(path: Path) -> tuple[Writers, str]:
    """What a report can be written as, and what it says in a few words."""
    whole = kept.document(path)
    if kept_comparison.known(whole):
        return _comparison(whole, path)
    found = kept.report(whole, path)
    writers = {
        name: partial(write, found.run_info, found.verdicts) for name, write in FORMATS.items()
    }
    return writers, counted(Tally.of(found.verdicts))


def _comparison(whole: Any, path: Path) -> tuple[Writers, str]:
    kept.require_version(whole[kept_comparison.VERSION_OF], table.FORMAT, path)
    try:
        found = kept_comparison.comparison(whole)
    except ForeignJsonError as error:
        raise kept.foreign(path, error) from error
    writers = {name: partial(write, found) for name, write in comparisons.FORMATS.items()}
    return writers, table.headline(found)
