"""The command ``clean``: what earlier runs left, ended and removed."""

from __future__ import annotations

import sys

import click

from vrss_contract.postgres import leftovers
from vrss_contract.report.output import say


@click.command()
def clean() -> int:
    """End servers that --keep left running, and remove what killed runs left behind."""
    count = leftovers.sweep_kept()
    say(f"removed {count} leftover{'' if count == 1 else 's'}\n", sys.stdout)
    return 0
