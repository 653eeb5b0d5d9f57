"""What the commands have in common: options, and words turned into values."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from vrss_contract import paths
from vrss_contract.checks import KINDS
from vrss_contract.checks.verdict import Tally
from vrss_contract.cli import kept_contract
from vrss_contract.cli.file_path import FilePath, TargetWord
from vrss_contract.contract.errors import UNREADABLE_CONTRACT
from vrss_contract.contract.model import LEVELS, Contract
from vrss_contract.database.scratch import DEFAULT_TIMEOUT
from vrss_contract.target import Target, dsn, sqlfile
from vrss_contract.target.read import read


def finite(_: click.Context, parameter: click.Parameter, value: float) -> float:
    """The number of seconds, which may be any number but no number."""
    if math.isnan(value):
        raise click.BadParameter("nan is no number of seconds", param=parameter)
    return value


TARGET = click.argument("target", nargs=-1, type=TargetWord(), metavar="[TARGET]...")
SERVER = click.option(
    "--server",
    default="embedded",
    show_default=True,
    metavar="WORD",
    help="embedded, container, container:IMAGE, or postgresql://USER@HOST/DATABASE.",
)
POSTGRES = click.option(
    "--postgres",
    type=int,
    metavar="MAJOR",
    help="Major version asked for; without it, the one that the contract names.",
)
TIMEOUT = click.option(
    "--timeout",
    default=DEFAULT_TIMEOUT,
    show_default=True,
    type=click.FloatRange(0.1, 86_400),
    callback=finite,
    metavar="SECONDS",
    help="How long one statement may take.",
)


class _Renamed(click.Option):
    """An option whose former spelling, its last, is still taken and not shown."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """The line of --help, without the former spelling."""
        record = super().get_help_record(ctx)
        return record and (record[0].replace(f", {self.opts[-1]}", ""), record[1])


CONTRACT = click.option(
    "--contract",
    "--contracts",
    "contract",
    cls=_Renamed,
    envvar="VRSS_CONTRACT",
    show_envvar=True,
    type=FilePath(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="Folder of the contract; without it, the one that ships with this tool.",
)
ONLY = click.option(
    "--only", multiple=True, metavar="ID-OR-GLOB", help="Only these clauses; may be repeated."
)
KIND = click.option(
    "--kind",
    "kinds",
    multiple=True,
    type=click.Choice(list(KINDS)),
    help="Only clauses of this kind; may be repeated.",
)
LEVEL = click.option(
    "--level",
    type=click.Choice(LEVELS),
    default="may",
    show_default=True,
    help="Clauses of this level and the stricter ones: must, then should, then may.",
)


SCHEMA = click.option(
    "--schema",
    default="",
    metavar="NAME",
    help="Where TARGET has its tables; without it, the contract's schema or, of a live database,"
    " the one of its DSN or of the role's search_path.",
)


def contract_of(folder: Path | None) -> Contract:
    """The contract in the folder, or the one that ships with this tool."""
    folder = folder or paths.contracts()
    try:
        return kept_contract.read(folder)
    except (OSError, RecursionError) as error:
        raise UNREADABLE_CONTRACT(folder=folder, error=error) from error


def major_of(asked: int | None, contract: Contract) -> int:
    """The major version that is asked for, or the contract's."""
    return contract.manifest.postgres if asked is None else asked


def target_of(words: Sequence[str], contract: Contract, schema: str = "") -> Target:
    """What the words name, or the schema that the contract's manifest names.

    Args:
        words: the command line's.
        contract: the contract that it is judged by.
        schema: where a live database has its tables, if a person said so.

    Raises:
        TroubleError: it can't be read, or no schema is named.
    """
    if len(words) == 1 and dsn.looks_like(words[0]):
        return _live(words[0], contract, schema)
    if words:
        return read(words)
    canonical = contract.manifest.required_schema()
    return Target(canonical.name, sqlfile.read(canonical).steps, canonical=True)


def target_and_contract(
    words: Sequence[str], contract: Contract, schema: str
) -> tuple[Target, Contract]:
    """What the words name, and the contract as it speaks of the schema that the tables are in.

    Args:
        words: the command line's.
        contract: the contract as it was read.
        schema: where the tables are, if a person said so.

    Raises:
        TroubleError: the target can't be read, or no schema is named.
    """
    target = target_of(words, contract, schema)
    return target, placed(contract, schema or target.schema)


def placed(contract: Contract, schema: str) -> Contract:
    """The contract with its first schema in that place; as it is, where none is said."""
    if not schema:
        return contract
    from vrss_contract.contract.moved import moved  # noqa: PLC0415 - seldom wanted

    return moved(contract, schema)


def _live(word: str, contract: Contract, schema: str) -> Target:
    """The schema of the live database that a DSN names."""
    from vrss_contract.database import place  # noqa: PLC0415 - seldom wanted
    from vrss_contract.postgres import dsn as live  # noqa: PLC0415 - as above
    from vrss_contract.postgres.live_schema import dumped  # noqa: PLC0415 - as above

    address, reference = live.read(word), contract.manifest.reference
    with live.connect(address) as connection:
        there = place.find(connection, contract, schema, address.schema)
    target = dumped(address, reference.tables if reference else (), there.schema)
    notes = (*target.notes, *filter(None, [there.note]))
    return replace(target, schema=there.schema, notes=notes)


def counted(tally: Tally) -> str:
    """The tally in a few words."""
    waived = f", {tally.waived:,} waived" if tally.waived else ""
    return f"{tally.holds:,} held, {tally.broken:,} broken, {tally.undecided:,} undecided{waived}"
