"""A part of a run as the command line has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    ParamType = click.ParamType[Any]
else:
    ParamType = click.ParamType
_MOST = 1_000


class ShardWord(ParamType):
    """Which of how many, such as 1/4."""

    name = "shard"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, int]:
        """Its two numbers."""
        if isinstance(value, tuple):
            return value
        number, of = (int(word) if word.isdecimal() else 0 for word in value.partition("/")[::2])
        if not 1 <= number <= of <= _MOST:
            self.fail(f"{value!r} is not I/N with I from 1 to N, such as 1/4", param, ctx)
        return number, of
