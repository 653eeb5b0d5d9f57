"""One call of the command line: what was asked for, and how much is told of a surprise."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Iterator
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


@contextlib.contextmanager
def said_by_click() -> Iterator[None]:
    """Say what click prints by itself, such as a help, so that it ends as a report does."""
    said = io.BytesIO()
    stream = io.TextIOWrapper(said, "utf-8", write_through=True)
    try:
        with contextlib.redirect_stdout(stream):
            yield
    finally:
        if said.getvalue():
            _say(said.getvalue().decode())


def _say(text: str) -> None:
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError:
        from vrss_contract.report.output import say  # noqa: PLC0415 - a help imports no room

        say(text, sys.stdout)  # which fails again, and tells it
