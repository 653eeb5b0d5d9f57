"""A path as a word of the command line, which a DSN is not."""

from __future__ import annotations

from typing import Any

import click

from vrss_contract.target import dsn


class TargetWord(click.ParamType[str]):
    """What a target is named by: no path alone, so that nothing is asked of the files yet."""

    name = "target"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The word."""
        del param, ctx
        return str(value)


class FilePath(click.Path):
    """As click has it; a DSN in its place is told as one, and not shown."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path. Raises TroubleError where the word is a DSN."""
        dsn.refuse(value)
        return super().convert(value, param, ctx)
