"""The command ``verify``: words in, a report out."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from typing import Any

import click

from vrss_contract.checks import phase
from vrss_contract.checks.run import InterruptedRun, Verification
from vrss_contract.checks.run import verify as run
from vrss_contract.checks.sharing.processors import processors
from vrss_contract.cli.as_found import AsFound
from vrss_contract.cli.changed import CHANGED, base_of
from vrss_contract.cli.explained import CAUSES, FIX, sought
from vrss_contract.cli.formats import OUTPUT, format_of, require_places
from vrss_contract.cli.in_place import IN_PLACE, server_word
from vrss_contract.cli.naming import naming_of, with_naming
from vrss_contract.cli.options import (
    CONTRACT,
    KIND,
    LEVEL,
    ONLY,
    POSTGRES,
    SCHEMA,
    SERVER,
    TARGET,
    TIMEOUT,
    contract_of,
    major_of,
    target_and_contract,
)
from vrss_contract.cli.shard_word import ShardWord
from vrss_contract.cli.verify_report import VerifyReport
from vrss_contract.cli.waived import require_used, waivers_of, with_waivers
from vrss_contract.contract import phases
from vrss_contract.contract.model import Contract
from vrss_contract.contract.selection import select
from vrss_contract.postgres.choose import choose
from vrss_contract.report import FORMATS
from vrss_contract.report.output import say
from vrss_contract.target import Target

_MOST_JOBS = 64


@click.command()
@TARGET
@SERVER
@IN_PLACE
@POSTGRES
@SCHEMA
@ONLY
@KIND
@LEVEL
@click.option(
    "--phase",
    type=click.IntRange(1),
    metavar="N",
    help="Only what phases 1 to N make, and TARGET as far as it marks them.",
)
@CHANGED
@click.option(
    "--jobs",
    default=lambda: min(processors(), _MOST_JOBS),
    show_default="one for each processor",
    type=click.IntRange(1, _MOST_JOBS),
    help="Processes that judge at a time; with 1, this one does.",
)
@click.option(
    "--shard",
    type=ShardWord(),
    metavar="I/N",
    help="Only the I-th of N parts that take about as long; merge joins their JSON reports.",
)
@CAUSES
@FIX
@with_waivers
@with_naming
@click.option("-x", "--exitfirst", is_flag=True, help="Stop at the first broken clause.")
@TIMEOUT
@format_of(FORMATS)
@OUTPUT
@click.option(
    "--thorough",
    is_flag=True,
    help="All combinations of isolation levels, ten times the programs, all sizes of data. Slow.",
)
@click.option("--keep", is_flag=True, help="Leave the database for a look, and say how to connect.")
@CONTRACT
def verify(target: tuple[str, ...], **options: Any) -> int:
    """Judge TARGET; without one, the canonical schema.

    TARGET is a .sql file, a folder of migrations in the layout of a tool, - for standard input,
    git:REF:PATH, or the DSN of a live database, whose schema is read and judged in a copy; of
    several files or folders, all are loaded in their order.
    """
    began = time.perf_counter()
    require_places(options)
    contract = contract_of(options["contract"])
    options["target"] = target
    options["server"] = server_word(target, options)
    named, there = target_and_contract(target, contract, options["schema"])
    order, unasked = _order(there, named, options)
    telling = VerifyReport(order, contract, unasked, options, began)
    try:
        with AsFound(telling.asked, options) as watch:
            result = run(order, watch.judged, watch.doing)
            telling.sought = sought(order, result, options, watch.doing)
    except InterruptedRun as interrupted:
        if interrupted.result.verdicts:
            telling.tell(interrupted.result, "interrupted")
        raise
    tally = telling.tell(result, "stopped at the first broken clause")
    if result.kept:
        say(f"{result.kept}\n", sys.stderr)
    if not options["exitfirst"]:
        require_used(order, contract, result, tally.exit_code)
    return tally.exit_code


def _order(
    contract: Contract, target: Target, options: Mapping[str, Any]
) -> tuple[Verification, tuple[str, ...]]:
    """What is to be verified, and notes on what is not asked."""
    chosen, left_out = _phases(contract, options["phase"])
    clauses, unasked = phase.asked(
        select(
            chosen.clauses,
            only=options["only"],
            level=options["level"],
            kinds=options["kinds"],
        ),
        target,
    )
    order = Verification(
        contract=chosen,
        clauses=clauses,
        target=target.up_to(options["phase"]),
        server=choose(options["server"], major=major_of(options["postgres"], contract)),
        timeout=options["timeout"],
        jobs=options["jobs"],
        shard=options["shard"] or (1, 1),
        first=options["exitfirst"],
        keep=options["keep"],
        base=base_of(options["changed"], options["target"], contract, options["phase"]),
        thorough=options["thorough"],
        waivers=waivers_of(options),
        naming=naming_of(options, contract),
    )
    return order, (*left_out, *unasked)


def _phases(contract: Contract, last: int | None) -> tuple[Contract, tuple[str, ...]]:
    """The contract as far as that phase, and a note on what is left out."""
    if last is None:
        return contract, ()
    part = phases.up_to(contract, last)
    count = len(contract.clauses) - len(part.clauses)
    return part, (f"{count:,} clauses on what later phases make were not asked",) * bool(count)
