"""The command ``mutate``: a schema in, whether the contract sees each way to spoil it out."""

from __future__ import annotations

import shlex
from dataclasses import replace
from typing import Any

import click

from vrss_contract.checks.sharing.processors import processors
from vrss_contract.cli.changed import base_of
from vrss_contract.cli.formats import OUTPUT, format_of, give_each, require_places
from vrss_contract.cli.options import (
    CONTRACT,
    POSTGRES,
    SERVER,
    TARGET,
    TIMEOUT,
    contract_of,
    major_of,
    target_of,
)
from vrss_contract.contract.model import Contract
from vrss_contract.errors import BROKEN
from vrss_contract.mutation import reviewed
from vrss_contract.mutation.formats import FORMATS, MutationReport, headline
from vrss_contract.mutation.operators import OPERATORS
from vrss_contract.mutation.run import Mutation, MutationResult
from vrss_contract.mutation.run import mutate as run
from vrss_contract.mutation.summary import summary
from vrss_contract.mutation.tried import Tried
from vrss_contract.postgres.choose import choose
from vrss_contract.report.progress import Progress


@click.command()
@TARGET
@click.option(
    "--only",
    multiple=True,
    metavar="ID-OR-GLOB",
    help="Only these mutants, where * stands for anything and brackets for themselves;"
    " may be repeated.",
)
@click.option(
    "--changed",
    metavar="BASE",
    help="Only mutants of what changed since BASE, a git ref or a .sql file.",
)
@click.option("--sample", type=click.IntRange(1), metavar="N", help="Draw so many of the mutants.")
@click.option("--seed", default=0, show_default=True, metavar="S", help="What --sample draws by.")
@click.option(
    "--jobs",
    type=click.IntRange(1),
    metavar="N",
    help="Processes that judge at a time; without it, as many as there are processors.",
)
@SERVER
@POSTGRES
@TIMEOUT
@format_of(FORMATS)
@OUTPUT
@CONTRACT
def mutate(target: tuple[str, ...], **options: Any) -> int:
    """Spoil TARGET in one place at a time, and see whether a clause of the contract breaks.

    A mutant that no clause sees is told with its DDL, and so is one that is seen only at a laxer
    level than it deserves. What is judged stays on scratch databases. A run that was cut off goes
    on where it was when it is called again in the same words.

    Exit codes: 0 all are killed as they deserve, 1 some are not, 2 TARGET can't be judged, 3 wrong
    use.
    """
    require_places(options)
    contract = contract_of(options["contract"])
    read = target_of(target, contract)
    order = Mutation(
        contract=contract,
        target=read,
        server=choose(options["server"], major=major_of(options["postgres"], contract)),
        reviewed=reviewed.read(contract),
        timeout=options["timeout"],
        jobs=options["jobs"] or processors(),
        only=options["only"],
        sample=options["sample"] or 0,
        seed=options["seed"],
        base=base_of(options["changed"], target, contract, None),
    )
    given = options["contract"]
    words = f"--contract {shlex.quote(str(given))}" if given else ""
    report = replace(
        _report(order, _judged(order), shlex.join(target)), options=words, name=order.target.name
    )
    give_each(lambda name: FORMATS[name](report), options, headline(report))
    return BROKEN if report.summary.faults or report.result.expired else 0


def _judged(order: Mutation) -> MutationResult:
    done = 0
    with Progress() as progress:

        def seen(tried: Tried, of: int) -> None:
            nonlocal done
            done += 1
            progress.at(done / of, f"{done:,} of {of:,} mutants: {tried.mutant.id}")

        return run(order, seen, progress.doing)


def _report(order: Mutation, result: MutationResult, words: str) -> MutationReport:
    contract: Contract = order.contract
    return MutationReport(
        target=words,
        contract=contract.manifest.name,
        result=result,
        summary=summary(result.tried, contract, order.reviewed, whole=order.whole),
        operators={one.name: one.says for one in OPERATORS},
    )
