"""The commands on what sessions do at once: ``replay``, ``search``, ``storm``."""

from __future__ import annotations

import sys
from typing import Any

import click

from vrss_contract.checks.reproduction import replay_command
from vrss_contract.cli.options import (
    CONTRACT,
    POSTGRES,
    SCHEMA,
    SERVER,
    TARGET,
    TIMEOUT,
    contract_of,
    major_of,
    target_and_contract,
)
from vrss_contract.concurrency.fault_search import FaultSearch
from vrss_contract.concurrency.load_test.run import LoadTest, LoadTestPlan
from vrss_contract.concurrency.replay import replay as played
from vrss_contract.concurrency.replay import scene
from vrss_contract.concurrency.workload import replay_text
from vrss_contract.concurrency.workload.search import Fault
from vrss_contract.contract.selection import select
from vrss_contract.errors import BROKEN
from vrss_contract.postgres.choose import choose
from vrss_contract.report.output import say
from vrss_contract.report.progress import Progress

_SEED = click.option("--seed", default=0, show_default=True, help="Another seed draws others.")


@click.command()
@click.argument("text")
@TARGET
@SERVER
@POSTGRES
@SCHEMA
@click.option(
    "--times",
    default=1,
    show_default=True,
    type=click.IntRange(1, 1000),
    help="Play it so often, and say whether it always ended alike.",
)
@CONTRACT
def replay(text: str, target: tuple[str, ...], **options: Any) -> int:
    """Play one interleaving on TARGET and tell each step. TEXT is what a finding printed.

    A schedule's:  'schedule.follow.mutual @ rc,rr | abab'

    A program's:   'rc: follow 1 2 | rr: follow 2 1 | abab'
    """
    read = contract_of(options["contract"])
    named, contract = target_and_contract(target, read, options["schema"])
    server = choose(options["server"], major=major_of(options["postgres"], contract))
    return played(
        scene(text, contract),
        contract,
        named,
        server,
        times=options["times"],
        tell=lambda line: say(f"{line}\n", sys.stdout),
    )


@click.command()
@TARGET
@SERVER
@POSTGRES
@SCHEMA
@click.option(
    "--only", multiple=True, default=("workload.*",), help="Workloads by id or glob; else all."
)
@click.option(
    "--examples",
    default=2000,
    show_default=True,
    type=click.IntRange(1),
    help="Programs that are drawn for each workload, at most.",
)
@click.option(
    "--seconds",
    default=60.0,
    show_default=True,
    type=click.FloatRange(1),
    help="Time for each workload, at most.",
)
@_SEED
@TIMEOUT
@CONTRACT
def search(target: tuple[str, ...], **options: Any) -> int:
    """Draw programs of several sessions and interleavings until TARGET breaks an invariant.

    Each fault is made as small as it can be and printed with the command that plays it again.
    """
    read = contract_of(options["contract"])
    named, contract = target_and_contract(target, read, options["schema"])
    progress = Progress()
    hunt = FaultSearch(
        contract=contract,
        clauses=select(contract.clauses, only=options["only"]),
        target=named,
        server=choose(options["server"], major=major_of(options["postgres"], contract)),
        examples=options["examples"],
        seconds=options["seconds"],
        seed=options["seed"],
        timeout=options["timeout"],
        seen=lambda name, done: progress.doing(f"{name}: {done:,}"),
    )
    found = 0
    for fault in progress.until_each(hunt):
        found += 1
        command = replay_command(replay_text.write(fault.trial), hunt.target, contract)
        say(_told(fault, command), sys.stdout)
    lost = f", {len(hunt.tally.lost):,} not played to their end" if hunt.tally.lost else ""
    say(
        f"{found} fault{'' if found == 1 else 's'} in {hunt.tally.examples:,} programs{lost}\n",
        sys.stdout,
    )
    return BROKEN if found else 0


@click.command()
@TARGET
@SERVER
@POSTGRES
@SCHEMA
@click.option("--connections", default=8, show_default=True, type=click.IntRange(1, 64))
@click.option("--operations", default=20_000, show_default=True, type=click.IntRange(1))
@_SEED
@TIMEOUT
@CONTRACT
def storm(target: tuple[str, ...], **options: Any) -> int:
    """Let real connections race on TARGET, then ask every invariant and count every row.

    Three storms in one run: one without hard deletes, whose rows are all accounted for, one with
    them, and one without triggers, for what they cost.
    """
    read = contract_of(options["contract"])
    named, contract = target_and_contract(target, read, options["schema"])
    forecast = LoadTestPlan(
        contract=contract,
        target=named,
        server=choose(options["server"], major=major_of(options["postgres"], contract)),
        connections=options["connections"],
        count=options["operations"],
        seed=options["seed"],
        timeout=options["timeout"],
    )
    progress, wanted = Progress(), options["operations"]
    gales = []
    for gale in progress.until_each(
        forecast.storms(lambda name, done: progress.at(done / wanted, f"{name}: {done:,}"))
    ):
        gales.append(gale)
        say(_measured(gale), sys.stdout)
    with_, without = gales[0].result.per_second, gales[-1].result.per_second
    say(f"with triggers {with_ / without:.2f} times the speed of without\n", sys.stdout)
    return 0 if all(gale.held for gale in gales) else BROKEN


def _told(fault: Fault, command: str) -> str:
    unsteady = "" if fault.steady else "\n  unsteady: it does not always end this way"
    return (
        f"BROKEN {fault.invariant}\n  found     {fault.detail}\n"
        f"  after     {fault.examples:,} programs, {fault.seconds:.1f} s\n"
        f"  repeat    {command}{unsteady}\n"
    )


def _measured(gale: LoadTest) -> str:
    result = gale.result
    rows = [
        f"{gale.name}:",
        f"  {result.operations:,} operations from {result.connections} connections",
        f"  {result.seconds:.1f} s, {result.per_second:,.0f} a second",
        f"  a transaction {result.median:.1f} ms, p95 {result.p95:.1f} ms",
        f"  retried: {_counted(result.retried)}; refused as may be: {_counted(result.refused)}",
        f"  {len(gale.broken)} counter-examples, {len(result.faults)} forbidden endings",
        f"  {len(result.lost)} of {result.accounts} accounts of rows and sums wrong",
    ]
    rows += [f"  BROKEN {one}" for one in (*gale.broken, *result.lost, *result.faults)][:10]
    return "\n".join([*rows, ""])


def _counted(counts: Any) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in counts.most_common()) or "none"
