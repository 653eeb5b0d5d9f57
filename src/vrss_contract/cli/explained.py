"""``--causes`` and ``--fix FILE``: what is to be mended, and a script that mends it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from vrss_contract.checks.run import Verification, VerificationResult
from vrss_contract.checks.verdict import Tally
from vrss_contract.report import output

if TYPE_CHECKING:
    from vrss_contract.causes.confirm import Explanation


def explained(
    order: Verification,
    result: VerificationResult,
    options: Mapping[str, Any],
    doing: Callable[[str], None],
) -> Explanation | None:
    """The causes of what fell; None where all holds.

    Raises:
        TroubleError: the script can't be written, or the server can't be had again.
    """
    if not Tally.of(result.verdicts).exit_code:
        return None
    from vrss_contract.causes.confirm import explain  # noqa: PLC0415 - few runs need it

    found = explain(order, result.verdicts, doing)
    if options["fix"]:
        output.write(_script(order.target.name, found), options["fix"])
    return found


def _script(target: str, found: Explanation) -> str:
    head = (
        f"-- What makes {target} keep its contract, as far as causes were found. It was run on a\n"
        "-- scratch database without rows: read it before you run it on one that has some.\n"
    )
    return head + "".join(f"{statement}\n" for statement in found.ddl)
