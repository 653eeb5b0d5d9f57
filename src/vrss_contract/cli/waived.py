"""``--waivers FILE`` and ``--baseline REPORT.json``: what may fall."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from vrss_contract.checks.run import Verification, VerificationResult
from vrss_contract.checks.verdict import Outcome
from vrss_contract.checks.waived import Waivers
from vrss_contract.cli.file_path import FilePath
from vrss_contract.contract.errors import UNREADABLE_WAIVERS
from vrss_contract.contract.model import Contract
from vrss_contract.errors import TroubleError
from vrss_contract.report.output import say

Command = TypeVar("Command", bound=Callable[..., Any])
_FILE = FilePath(dir_okay=False, path_type=Path)
_WAIVERS = click.option(
    "--waivers",
    type=_FILE,
    metavar="FILE",
    help="YAML list of `clauses` (ids or globs) that may fall, `because`, and, if wanted, the last"
    " day, `until`. One of which nothing falls is an error.",
)
_BASELINE = click.option(
    "--baseline",
    type=_FILE,
    metavar="REPORT.json",
    help="What fell in that report may fall; so nothing new breaks.",
)


def with_waivers(command: Command) -> Command:
    """The command with both options."""
    return _WAIVERS(_BASELINE(command))


def require_used(
    order: Verification, contract: Contract, result: VerificationResult, code: int
) -> None:
    """See that no waiver is of no use.

    Raises:
        TroubleError: one is, and all else is well: what broke, or could not be judged, is what a
            run ends in, and then this is told beside it.
    """
    try:
        order.waivers.require_used(contract.clauses, result.verdicts)
    except TroubleError as unused:
        if not code:
            raise
        say(f"{unused}\n", sys.stderr)


def waivers_of(options: Mapping[str, Any]) -> Waivers:
    """What may fall.

    Raises:
        TroubleError: a file can't be read, or is not as its format says.
    """
    if not (options["waivers"] or options["baseline"]):
        return Waivers()
    from vrss_contract.contract import waivers  # noqa: PLC0415 - few runs have some
    from vrss_contract.report import kept  # noqa: PLC0415 - as above

    given: tuple[waivers.Waiver, ...] = ()
    if options["waivers"]:
        try:
            given = waivers.read(options["waivers"])
        except OSError as error:
            raise UNREADABLE_WAIVERS(path=options["waivers"], error=error) from error
    known = kept.read(options["baseline"]).verdicts if options["baseline"] else ()
    return Waivers(
        given,
        frozenset(one.id for one in known if one.outcome is not Outcome.HOLDS),
        str(options["baseline"] or ""),
        dt.datetime.now(tz=dt.UTC).date(),
    )
