"""A page of the documentation that a program makes: written, or compared with what is there."""

from __future__ import annotations

import difflib
import sys
from pathlib import Path

import click


def settle(path: Path, made: str, *, write: bool, check: bool) -> None:
    """Write the page, or print how it differs from what it should be and exit with 1 or 0."""
    if write:
        path.write_text(made, "utf-8")
    if check:
        there = path.read_text("utf-8").splitlines()
        lines = list(difflib.unified_diff(there, made.splitlines(), str(path), "made", lineterm=""))
        click.echo("\n".join(lines), nl=bool(lines))
        sys.exit(1 if lines else 0)
