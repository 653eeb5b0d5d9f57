"""The command line: words in, calls, exit code out. No decision lives here.

Exit codes: 0 all held, 1 something broke, 2 could not judge, 3 wrong use, 130 interrupted.
"""

from __future__ import annotations

import math
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import click

from vrss_contract import __version__, resources
from vrss_contract.clause import digest
from vrss_contract.clause import export as exporting
from vrss_contract.clause.errors import UnreadableContractError
from vrss_contract.clause.model import LEVELS, Contract, Level
from vrss_contract.clause.read import read_contract
from vrss_contract.database import DEFAULT_TIMEOUT
from vrss_contract.errors import MISUSED, TroubleError
from vrss_contract.explain import explain as explained
from vrss_contract.report import FORMATS, Subject
from vrss_contract.report.output import require_writable, say, write
from vrss_contract.report.progress import Progress
from vrss_contract.run import Order, Result
from vrss_contract.run import verify as run
from vrss_contract.selection import select
from vrss_contract.server.choose import choose
from vrss_contract.target import Target, sqlfile
from vrss_contract.verdict import Tally

_INTERRUPTED = 130
_CONTRACTS = click.option(
    "--contracts",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of the contract, where it is not the one that ships with this tool.",
)
_ONLY = click.option(
    "--only", multiple=True, metavar="ID-OR-GLOB", help="Only these clauses; may be repeated."
)
_LEVEL = click.option(
    "--level",
    type=click.Choice(LEVELS),
    default="may",
    show_default=True,
    help="Clauses of this level and the stricter ones: must, then should, then may.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="vrss-contract")
def cli() -> None:
    """Say whether a PostgreSQL schema keeps the VRSS contract, clause by clause.

    Exit codes: 0 all held, 1 something broke, 2 could not judge, 3 wrong use.
    """


def _finite(_: click.Context, parameter: click.Parameter, value: float) -> float:
    if math.isnan(value):
        raise click.BadParameter("nan is no number of seconds", param=parameter)
    return value


@cli.command()
@click.argument("target", required=False, type=click.Path(path_type=Path))
@click.option(
    "--server",
    default="embedded",
    show_default=True,
    metavar="WORD",
    help="embedded, container, container:IMAGE, or postgresql://USER@HOST/DATABASE.",
)
@click.option(
    "--postgres",
    default=16,
    show_default=True,
    metavar="MAJOR",
    help="Major version asked for.",
)
@_ONLY
@_LEVEL
@click.option(
    "--jobs", default=1, show_default=True, type=click.IntRange(1, 64), help="Sessions at a time."
)
@click.option(
    "--timeout",
    default=DEFAULT_TIMEOUT,
    show_default=True,
    type=click.FloatRange(0.1, 86_400),
    callback=_finite,
    metavar="SECONDS",
    help="How long one statement may take.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(list(FORMATS)),
    default="terminal",
    show_default=True,
    help="What the report is written as.",
)
@click.option(
    "--output", type=click.Path(path_type=Path), help="File for the report, else standard output."
)
@click.option(
    "--thorough",
    is_flag=True,
    help="Every mix of isolation levels and more programs, where a gate has time for some.",
)
@click.option("--keep", is_flag=True, help="Leave the database for a look, and say how to connect.")
@_CONTRACTS
def verify(target: Path | None, **options: Any) -> int:
    """Judge TARGET, a .sql file; without one, the canonical schema."""
    began = time.perf_counter()
    if options["output"] is not None:
        require_writable(options["output"])
    contract = _contract(options["contracts"])
    order = Order(
        contract=contract,
        clauses=select(contract.clauses, only=options["only"], level=options["level"]),
        target=_target(target),
        server=choose(options["server"], major=options["postgres"]),
        timeout=options["timeout"],
        jobs=options["jobs"],
        keep=options["keep"],
        thorough=options["thorough"],
    )
    result = _with_progress(order)
    subject = Subject(
        target=order.target.name,
        server=result.server,
        contract=digest.of_contract(contract),
        version=__version__,
        seconds=time.perf_counter() - began,
        phases=result.seconds,
    )
    tally = Tally.of(result.verdicts)
    _write(FORMATS[options["format_"]](subject, result.verdicts), options["output"])
    if options["output"] is not None:
        words = f"{tally.holds:,} held, {tally.broken:,} broken, {tally.undecided:,} undecided"
        click.echo(f"{words}; the report is in {options['output']}", err=True)
    if result.kept:
        click.echo(result.kept, err=True)
    return tally.exit_code


@cli.command(name="list")
@_ONLY
@_LEVEL
@_CONTRACTS
def list_(only: Sequence[str], level: Level, contracts: Path | None) -> int:
    """Print every clause: level, kind, id and sentence."""
    clauses = select(_contract(contracts).clauses, only=only, level=level)
    width = max(len(clause.id) for clause in clauses)  # select gives one at least
    lines = (f"{c.level:<7} {c.kind:<8} {c.id:<{width}}  {c.says}\n" for c in clauses)
    say("".join(lines), sys.stdout)
    return 0


@cli.command()
@click.argument("id_", metavar="ID")
@_CONTRACTS
def explain(id_: str, contracts: Path | None) -> int:
    """Tell clause ID in full: sentence, reason, source, and the SQL it runs. ID may be a glob."""
    contract = _contract(contracts)
    clauses = select(contract.clauses, only=[id_])
    told = [explained(clause, contract, _target(None)) for clause in clauses]
    say("\n".join(told), sys.stdout)
    return 0


@cli.command()
@click.option("--check", is_flag=True, help="Write nothing; fail where contracts.json is stale.")
@click.option("--output", type=click.Path(path_type=Path), help="File, else standard output.")
@_CONTRACTS
def export(*, check: bool, output: Path | None, contracts: Path | None) -> int:
    """Write the contract as one JSON document, for other languages."""
    contract = _contract(contracts)
    if check:
        path = (contracts or resources.contracts()) / exporting.FILE
        exporting.require_fresh(contract, path)
        click.echo(f"{path.name} is what the YAML says: {len(contract.clauses):,} clauses")
    else:
        _write(exporting.document(contract), output)
    return 0


@cli.command()
def clean() -> int:
    """End servers that --keep left running, and remove what killed runs left behind."""
    from vrss_contract.server import leftovers  # noqa: PLC0415 - other commands do without

    count = leftovers.sweep_kept()
    click.echo(f"removed {count} leftover{'' if count == 1 else 's'}")
    return 0


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


def _with_progress(order: Order) -> Result:
    progress = Progress()
    progress.began(len(order.clauses))
    try:
        return run(order, progress.judged, progress.doing)
    finally:
        progress.ended()


def _contract(folder: Path | None) -> Contract:
    folder = folder or resources.contracts()
    try:
        return read_contract(folder)
    except (OSError, RecursionError) as error:
        raise UnreadableContractError(folder, error) from error


def _target(path: Path | None) -> Target:
    if path is not None:
        return sqlfile.read(path)
    canonical = sqlfile.read(resources.schema())
    return Target("schema.sql", canonical.steps)


def _write(report: str, output: Path | None) -> None:
    if output is None:
        say(report, sys.stdout)
    else:
        write(report, output)
