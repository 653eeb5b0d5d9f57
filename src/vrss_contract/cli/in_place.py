"""``--in-place``: a live database is judged on the server that it is on, in a copy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import click
from click.core import ParameterSource

from vrss_contract.target import dsn

IN_PLACE = click.option(
    "--in-place",
    is_flag=True,
    help="Judge the database that TARGET, a DSN, names on its own server, in a scratch database"
    " that is dropped; without it, its copy is judged on an embedded server.",
)


def server_word(target: Sequence[str], options: Mapping[str, Any]) -> str:
    """The word that names the server to judge on.

    Raises:
        click.UsageError: the database is to be judged in place, and what else is said is against
            it.
    """
    if not options["in_place"]:
        return str(options["server"])
    if len(target) != 1 or not dsn.looks_like(target[0]):
        told = "--in-place judges a live database on its own server: TARGET has to be its DSN"
        raise click.UsageError(told)
    asked = click.get_current_context().get_parameter_source("server")
    if asked is not ParameterSource.DEFAULT:
        raise click.UsageError("--in-place and --server name two servers: leave one of them out")
    if options["keep"]:
        raise click.UsageError("--in-place leaves nothing behind: leave --keep out")
    return target[0]
