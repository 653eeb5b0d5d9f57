"""The program: its words to a command, and whatever ends it to an exit code."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence

import click

from vrss_contract import __version__
from vrss_contract.cli.commands import COMMANDS
from vrss_contract.cli.invocation import DEBUG, Invocation, said_by_click
from vrss_contract.cli.process import INTERRUPTS
from vrss_contract.errors import MISUSED, UNJUDGED, TroubleError

_NAME = "vrss-contract"
_COMPLETE = "_VRSS_CONTRACT_COMPLETE"
"""The variable that click's completions for shells are asked by."""


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name=_NAME)
def cli() -> None:
    """Say whether a PostgreSQL schema keeps a contract, clause by clause.

    Exit codes: 0 all held, 1 something broke, 2 could not judge, 3 wrong use.
    """


cli.params.append(DEBUG)
for _command in COMMANDS:
    cli.add_command(_command)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line. Returns its exit code.

    Raises:
        KeyboardInterrupt: it was interrupted.
    """
    words = sys.argv[1:] if arguments is None else list(arguments)
    invocation = Invocation()
    try:
        return _run(words, invocation)
    except Exception as error:  # noqa: BLE001 - what nobody foresaw is no verdict
        # Some libraries make another exception of an interrupt.
        if INTERRUPTS.count or isinstance(error, click.Abort):
            raise KeyboardInterrupt from None
        text, code = _told(error, invocation, words)
    _say(text)
    return code


def _told(error: Exception, invocation: Invocation, words: list[str]) -> tuple[str, int]:
    """What is said of an error, and the exit code that it means."""
    if isinstance(error, TroubleError):
        return _hidden(words, f"{error}\n"), error.exit_code
    if isinstance(error, click.ClickException):
        return _hidden(words, _usage(error)), MISUSED
    from vrss_contract.cli import unforeseen  # noqa: PLC0415 - seldom needed

    return unforeseen.told(error, invocation, words), UNJUDGED


def _run(words: list[str], invocation: Invocation) -> int:
    """As click's own main does it, which would take a broken pipe in a command for success."""
    if shell := os.environ.get(_COMPLETE):
        return _complete(shell)
    try:
        with said_by_click():
            context = cli.make_context(_NAME, list(words), obj=invocation)
        with context:
            return int(cli.invoke(context) or 0)
    except click.exceptions.Exit as end:
        return end.exit_code


def _complete(shell: str) -> int:
    """What a shell that completes words asks for, by variables that click knows."""
    from click.shell_completion import shell_complete  # noqa: PLC0415 - seldom needed

    try:
        with said_by_click():
            if shell_complete(cli, {}, _NAME, _COMPLETE, shell) == 0:
                return 0
    except (KeyError, ValueError, RuntimeError) as error:
        raise click.UsageError(f"{_COMPLETE}={shell} fails: {error}") from error
    raise click.UsageError(f"{_COMPLETE} is not bash_source, zsh_source or fish_source: {shell}")


def _usage(error: click.ClickException) -> str:
    """What click shows of wrong use: how the command is called, and what was wrong."""
    shown = io.StringIO()
    error.show(shown)
    return shown.getvalue()


def _hidden(words: Sequence[str], text: str) -> str:
    """The text without the passwords of the command line."""
    from vrss_contract.cli import secrets  # noqa: PLC0415 - seldom needed

    return secrets.hidden(words, text)


def _say(text: str) -> None:
    from vrss_contract.report.output import say  # noqa: PLC0415 - seldom needed

    say(text, sys.stderr)
