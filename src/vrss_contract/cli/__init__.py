"""The command line: words in, calls, exit code out. No decision lives here.

A command is a module or a part of one here, and a line in this one. Exit codes: 0 all held,
1 something broke, 2 could not judge, 3 wrong use, 130 interrupted.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from vrss_contract import __version__
from vrss_contract.cli.ablate import ablate
from vrss_contract.cli.cache import cache
from vrss_contract.cli.compare import compare
from vrss_contract.cli.doctor import doctor
from vrss_contract.cli.reading import explain, export, list_
from vrss_contract.cli.seed import seed
from vrss_contract.cli.sessions import replay, search, storm
from vrss_contract.cli.verify import verify
from vrss_contract.errors import MISUSED, TroubleError
from vrss_contract.report.output import say

_INTERRUPTED = 130


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="vrss-contract")
def cli() -> None:
    """Say whether a PostgreSQL schema keeps the VRSS contract, clause by clause.

    Exit codes: 0 all held, 1 something broke, 2 could not judge, 3 wrong use.
    """


@click.command()
def clean() -> int:
    """End servers that --keep left running, and remove what killed runs left behind."""
    from vrss_contract.postgres import leftovers  # noqa: PLC0415 - other commands do without

    count = leftovers.sweep_kept()
    click.echo(f"removed {count} leftover{'' if count == 1 else 's'}")
    return 0


COMMANDS = (
    *(verify, list_, explain, export),
    *(replay, search, storm),
    *(seed, doctor),
    *(ablate, compare),
    *(cache, clean),
)
for command in COMMANDS:
    cli.add_command(command)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit with its code."""
    signal.signal(signal.SIGTERM, _terminate)
    sys.exit(_main(arguments))


def _main(arguments: Sequence[str] | None) -> int:
    try:
        return int(cli.main(arguments, prog_name="vrss-contract", standalone_mode=False) or 0)
    except TroubleError as trouble:
        say(f"{trouble}\n", sys.stderr)
        return trouble.exit_code
    except SystemExit:  # click's way out where the reader of its help has read enough
        return 0
    except click.ClickException as error:
        error.show()
        return MISUSED
    except click.Abort:
        click.echo("interrupted; nothing was left behind", err=True)
        return _INTERRUPTED


def _terminate(*_: object) -> NoReturn:
    raise KeyboardInterrupt
