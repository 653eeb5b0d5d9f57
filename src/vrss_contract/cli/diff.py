"""The command ``diff``: two targets in, the clauses that end otherwise out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import click

from vrss_contract.checks.changed.base import Base
from vrss_contract.checks.run import Verification, verify
from vrss_contract.checks.sharing.processors import processors
from vrss_contract.checks.verdict import Tally, Verdict
from vrss_contract.cli.file_path import TargetWord
from vrss_contract.cli.formats import OUTPUT, format_of, give_each, require_places
from vrss_contract.cli.naming import NO_ASSUMPTIONS
from vrss_contract.cli.options import (
    CONTRACT,
    KIND,
    LEVEL,
    ONLY,
    POSTGRES,
    SCHEMA,
    SERVER,
    TIMEOUT,
    contract_of,
    major_of,
    target_and_contract,
    target_of,
)
from vrss_contract.contract.model import Contract
from vrss_contract.contract.selection import select
from vrss_contract.database.naming.naming import Naming
from vrss_contract.errors import BROKEN
from vrss_contract.postgres.choose import choose
from vrss_contract.report.outcomes import FORMATS, SideCause, TargetDifference, pairs
from vrss_contract.report.progress import Progress
from vrss_contract.target import Target


@click.command()
@click.argument("first", type=TargetWord())
@click.argument("second", type=TargetWord())
@SERVER
@POSTGRES
@SCHEMA
@ONLY
@KIND
@LEVEL
@NO_ASSUMPTIONS
@TIMEOUT
@format_of(FORMATS)
@OUTPUT
@CONTRACT
def diff(first: str, second: str, **options: Any) -> int:
    """Say which clauses end otherwise on SECOND than on FIRST, and by what of their schemas.

    Both are named as TARGET is in verify. Only clauses that the difference can touch are judged;
    what falls on one side alone is told by its causes.
    """
    require_places(options)
    contract = contract_of(options["contract"])
    before = target_of([first], contract, options["schema"])
    after, contract = target_and_contract([second], contract, options["schema"])
    order = _order(contract, before, after, options)
    with Progress() as progress:
        then = verify(order, progress.judged, progress.doing)
        share = then.share
        asked = share.clauses if share else order.clauses
        other = replace(order, clauses=asked, target=before, base=None)
        was = verify(other, progress.judged, progress.doing)
        differ = pairs(was.verdicts, then.verdicts)
        causes = (
            *_causes(other, [pair.first for pair in differ], progress.doing),
            *_causes(order, [pair.second for pair in differ], progress.doing),
        )
    found = TargetDifference(
        first=before.name,
        second=after.name,
        changes=share.changes if share else (),
        judged=len(asked),
        asked=len(order.clauses),
        pairs=differ,
        causes=causes,
        notes=tuple(dict.fromkeys((*was.notes, *then.notes))),
    )
    give_each(lambda name: FORMATS[name](found), options)
    return BROKEN if found.pairs else 0


def _order(
    contract: Contract, before: Target, after: Target, options: Mapping[str, Any]
) -> Verification:
    """What is to be verified of the second target, as far as it differs from the first."""
    return Verification(
        contract=contract,
        clauses=select(
            contract.clauses, only=options["only"], level=options["level"], kinds=options["kinds"]
        ),
        target=after,
        server=choose(options["server"], major=major_of(options["postgres"], contract)),
        timeout=options["timeout"],
        jobs=processors(),
        base=Base(before.name, before, contract),
        naming=Naming(options["assume"]),
    )


def _causes(
    order: Verification, verdicts: Sequence[Verdict], doing: Callable[[str], None]
) -> tuple[SideCause, ...]:
    """The causes of those of the verdicts that do not hold."""
    if not Tally.of(verdicts).exit_code:
        return ()
    from vrss_contract.causes.confirm import explain  # noqa: PLC0415 - of no use where all holds

    return tuple(
        SideCause(order.target.name, one) for one in explain(order, verdicts, doing).causes
    )
