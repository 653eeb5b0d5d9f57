"""The command ``diff``: two targets in, the clauses that end otherwise out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import click

from vrss_contract.checks.changed.base import Base
from vrss_contract.checks.run import Verification, verify
from vrss_contract.checks.sharing.processors import processors
from vrss_contract.cli.file_path import TargetWord
from vrss_contract.cli.formats import OUTPUT, format_of, give_each, require_places
from vrss_contract.cli.options import (
    CONTRACT,
    KIND,
    LEVEL,
    ONLY,
    POSTGRES,
    SERVER,
    TIMEOUT,
    contract_of,
    major_of,
    target_of,
)
from vrss_contract.contract.selection import select
from vrss_contract.errors import BROKEN
from vrss_contract.postgres.choose import choose
from vrss_contract.report.outcomes import FORMATS, TargetDifference, pairs
from vrss_contract.report.progress import Progress


@click.command()
@click.argument("first", type=TargetWord())
@click.argument("second", type=TargetWord())
@SERVER
@POSTGRES
@ONLY
@KIND
@LEVEL
@TIMEOUT
@format_of(FORMATS)
@OUTPUT
@CONTRACT
def diff(first: str, second: str, **options: Any) -> int:
    """Say which clauses end otherwise on SECOND than on FIRST, and by what of their schemas.

    Both are named as TARGET is in verify. Only clauses that the difference can touch are judged.
    """
    require_places(options)
    contract = contract_of(options["contract"])
    before, after = target_of([first], contract), target_of([second], contract)
    clauses = select(
        contract.clauses, only=options["only"], level=options["level"], kinds=options["kinds"]
    )
    order = Verification(
        contract=contract,
        clauses=clauses,
        target=after,
        server=choose(options["server"], major=major_of(options["postgres"], contract)),
        timeout=options["timeout"],
        jobs=processors(),
        base=Base(before.name, before, contract),
    )
    with Progress() as progress:
        then = verify(order, progress.judged, progress.doing)
        share = then.share
        asked = share.clauses if share else clauses
        other = replace(order, clauses=asked, target=before, base=None)
        was = verify(other, progress.judged, progress.doing)
    found = TargetDifference(
        first=before.name,
        second=after.name,
        changes=share.changes if share else (),
        judged=len(asked),
        asked=len(clauses),
        pairs=pairs(was.verdicts, then.verdicts),
        notes=tuple(dict.fromkeys((*was.notes, *then.notes))),
    )
    give_each(lambda name: FORMATS[name](found), options)
    return BROKEN if found.pairs else 0
