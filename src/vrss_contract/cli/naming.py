"""``--map FILE`` and ``--no-assumptions``: which names may be others than the contract's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from vrss_contract.cli.file_path import FilePath
from vrss_contract.contract.errors import UNREADABLE_NAME_MAP
from vrss_contract.contract.model import Contract
from vrss_contract.database.naming.naming import Naming

Command = TypeVar("Command", bound=Callable[..., Any])
_MAP = click.option(
    "--map",
    "names",
    type=FilePath(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="What TARGET calls the contract's tables, columns, enums and functions, a line each:"
    " `orders.placed_on: placedOn`. Other names are assumed where there is no doubt.",
)
NO_ASSUMPTIONS = click.option(
    "--no-assumptions",
    "assume",
    flag_value=False,
    default=True,
    help="Take no name for another: judge by the contract's own, and by those of --map.",
)


def with_naming(command: Command) -> Command:
    """The command with both options."""
    return _MAP(NO_ASSUMPTIONS(command))


def naming_of(options: Mapping[str, Any], contract: Contract) -> Naming:
    """Which names may be others.

    Raises:
        TroubleError: the file can't be read, or is not as its format says.
    """
    if not options["names"]:
        return Naming(options["assume"])
    from vrss_contract.contract import name_map  # noqa: PLC0415 - few runs have one

    try:
        return Naming(options["assume"], name_map.read(options["names"], contract))
    except OSError as error:
        raise UNREADABLE_NAME_MAP(path=options["names"], error=error) from error
