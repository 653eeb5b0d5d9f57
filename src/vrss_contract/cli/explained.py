"""``--causes`` and ``--fix FILE``: what is to be mended, and a script that mends it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import psycopg

from vrss_contract.checks.run import InterruptedRun, Verification, VerificationResult
from vrss_contract.checks.verdict import Cause, Tally
from vrss_contract.cli.file_path import FilePath
from vrss_contract.errors import TroubleError
from vrss_contract.report import output

if TYPE_CHECKING:
    from vrss_contract.causes.confirm import Explanation


def unasked() -> bool:
    """Whether causes are looked for where nobody says so."""
    return True


CAUSES = click.option(
    "--causes/--no-causes",
    default=None,
    help="Tell what is to be mended, with the DDL, and fold what hangs on it beneath, for which"
    " what fell is judged once more; or tell each clause.  [default: causes, but with -x or"
    " --shard]",
)
FIX = click.option(
    "--fix",
    type=FilePath(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the DDL of all causes into FILE, in an order that loads; --causes is meant by it.",
)


@dataclass(frozen=True, slots=True)
class Sought:
    """What came of looking for causes."""

    causes: tuple[Cause, ...] = ()
    notes: tuple[str, ...] = ()


def sought(
    order: Verification,
    result: VerificationResult,
    options: Mapping[str, Any],
    doing: Callable[[str], None],
) -> Sought:
    """The causes of what fell, where they are wanted and anything did.

    Raises:
        TroubleError: the script can't be written.
        InterruptedRun: somebody would not wait for it; what was judged is whole.
    """
    if not _wanted(options) or not Tally.of(result.verdicts).exit_code:
        return Sought()
    from vrss_contract.causes.confirm import explain  # noqa: PLC0415 - of no use where all holds

    try:
        found = explain(order, result.verdicts, doing)
    except (TroubleError, psycopg.Error) as trouble:
        # The verdicts stand, and are what was asked for first.
        why = (
            f"{trouble.headline}: {trouble.found}" if isinstance(trouble, TroubleError) else trouble
        )
        return Sought(notes=(f"no causes were looked for to the end: {why}",))
    except KeyboardInterrupt:
        raise InterruptedRun(result) from None
    if options["fix"]:
        output.write(_script(order.target.name, found), options["fix"])
    return Sought(found.causes)


def _wanted(options: Mapping[str, Any]) -> bool:
    if options["fix"]:
        return True
    if options["causes"] is None:
        return unasked() and not options["exitfirst"] and options["shard"] is None
    return bool(options["causes"])


def _script(target: str, found: Explanation) -> str:
    head = (
        f"-- What makes {target} keep its contract, as far as causes were found. It was run on a\n"
        "-- scratch database without rows: read it before you run it on one that has some.\n"
    )
    return head + "".join(f"{statement}\n" for statement in found.ddl)
