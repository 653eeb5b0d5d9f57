"""One call of the command line: what was asked for, and how much is told of a surprise."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

import click

_VARIABLE = "VRSS_CONTRACT_DEBUG"
"""Set to anything but 0, it means --debug."""


@dataclass(slots=True)
class Invocation:
    """What is known of the call while its words are read."""

    command: str = ""
    """The command that runs; empty until its words were read."""
    debug: bool = field(default_factory=lambda: os.environ.get(_VARIABLE, "") not in {"", "0"})
    """Whether a surprise is told with its traceback."""


def _debug(context: click.Context, _: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click
    invocation = context.find_object(Invocation)
    if value and invocation:
        invocation.debug = True


DEBUG = click.Option(
    ["--debug"],
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_debug,
    help="Show the traceback of an unforeseen error.",
)
"""The option that the program and every command have."""
