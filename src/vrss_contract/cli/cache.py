"""The command ``cache``: what is kept between runs, and how to be rid of it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime

import click

from vrss_contract.postgres import cache as kept
from vrss_contract.report.output import say

_UNITS = ("bytes", "KiB", "MiB", "GiB", "TiB")
_STEP = 1024


@click.command()
@click.option("--clear", is_flag=True, help="Remove all of it.")
def cache(*, clear: bool) -> int:
    """Show what is kept between runs, clusters and filled databases, with size and use.

    VRSS_CONTRACT_CACHE_BYTES bounds it; what was not used for longest goes first.
    """
    if clear:
        removed = kept.clear()
        say(f"removed {_counted(removed)}\n", sys.stdout)
        return 0
    home, found = kept.folder(), kept.entries()
    if home:
        kept.sweep(home)
    width = max((len(one.path.stem) for one in found), default=0)
    lines = [f"{one.path.stem:<{width}}  {_size(one.size):>10}  {_time(one)}" for one in found]
    where = f" in {home}" if home else ""
    lines.append(f"{_counted(found)} of {_size(kept.limit())} at most{where}")
    say("\n".join(lines) + "\n", sys.stdout)
    return 0


def _counted(entries: Sequence[kept.Archive]) -> str:
    many = "archive" if len(entries) == 1 else "archives"
    return f"{len(entries)} {many}, {_size(sum(one.size for one in entries))}"


def _time(entry: kept.Archive) -> str:
    return f"last used {datetime.fromtimestamp(entry.used, UTC):%Y-%m-%d %H:%M} UTC"


def _size(number: float) -> str:
    """The number of bytes as people read it."""
    unit = 0
    while number >= _STEP and unit < len(_UNITS) - 1:
        number /= _STEP
        unit += 1
    return f"{number:.1f} {_UNITS[unit]}" if unit else f"{number:.0f} {_UNITS[0]}"
