"""The program: its words to a command, and whatever ends it to an exit code."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence

import click

from vrss_contract import __version__
from vrss_contract.cli.commands import COMMANDS
from vrss_contract.cli.invocation import DEBUG, Invocation
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
    """Run the command line. Returns its exit code, and raises nothing but KeyboardInterrupt."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    invocation = Invocation()
    try:
        return _run(words, invocation)
    except click.Abort:
        raise KeyboardInterrupt from None
    except TroubleError as trouble:
        _say(f"{trouble}\n")
        return trouble.exit_code
    except click.ClickException as error:
        _say(_usage(error))
        return MISUSED
    except Exception as error:  # noqa: BLE001 - what nobody foresaw is no verdict
        from vrss_contract.cli import unforeseen  # noqa: PLC0415 - seldom needed

        _say(unforeseen.told(error, invocation, words))
        return UNJUDGED


def _run(words: list[str], invocation: Invocation) -> int:
    """As click's own main does it, which would take a broken pipe in a command for success."""
    if shell := os.environ.get(_COMPLETE):
        from click.shell_completion import shell_complete  # noqa: PLC0415 - seldom needed

        return shell_complete(cli, {}, _NAME, _COMPLETE, shell)
    try:
        with cli.make_context(_NAME, list(words), obj=invocation) as context:
            return int(cli.invoke(context) or 0)
    except click.exceptions.Exit as end:
        return end.exit_code
    except BrokenPipeError:
        if invocation.command:
            raise
        from vrss_contract.report.output import hush  # noqa: PLC0415 - seldom needed

        hush(sys.stdout)  # whoever read the help has read enough
        return 0


def _usage(error: click.ClickException) -> str:
    """What click shows of wrong use: how the command is called, and what was wrong."""
    shown = io.StringIO()
    error.show(shown)
    return shown.getvalue()


def _say(text: str) -> None:
    from vrss_contract.report.output import say  # noqa: PLC0415 - seldom needed

    say(text, sys.stderr)
