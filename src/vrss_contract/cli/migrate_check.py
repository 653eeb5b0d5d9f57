"""The command ``migrate-check``: migrations in, what each does to a full database out."""

from __future__ import annotations

from typing import Any

import click

from vrss_contract.cli.file_path import TargetWord
from vrss_contract.cli.formats import OUTPUT, format_of, give_each, require_places
from vrss_contract.cli.options import (
    CONTRACT,
    POSTGRES,
    SERVER,
    TIMEOUT,
    contract_of,
    major_of,
    target_of,
)
from vrss_contract.errors import BROKEN, UNJUDGED
from vrss_contract.migrating.check import MigrationCheck, check
from vrss_contract.migrating.formats import FORMATS, headline
from vrss_contract.postgres.choose import choose
from vrss_contract.report.progress import Progress
from vrss_contract.target import migrations


@click.command("migrate-check")
@click.argument("words", nargs=-1, required=True, type=TargetWord(), metavar="FOLDER...")
@click.option(
    "--from",
    "base",
    type=TargetWord(),
    metavar="TARGET",
    help="The schema that is there before the first migration; it is filled as well.",
)
@click.option(
    "--since",
    default="",
    metavar="NAME",
    help="Check only the migrations after this one; those before it are there already.",
)
@click.option(
    "--profile",
    metavar="NAME",
    help="The rows that tables are filled with; without it, the contract's first profile.",
)
@SERVER
@POSTGRES
@TIMEOUT
@format_of(FORMATS)
@OUTPUT
@CONTRACT
def migrate_check(words: tuple[str, ...], **options: Any) -> int:
    """Run the migrations of FOLDER on a database with rows, and tell what each does to it.

    FOLDER is named as TARGET is in verify: a folder in the layout of a tool, a .sql file, whose
    phases are the steps, or git:REF:PATH. Told are locks and who waits for them, tables that are
    written anew or read whole, rows that go, and ways back that do not lead back. Nothing is
    written to any database but scratch ones.

    Exit codes: 0 no hazard, 1 a hazard, 2 a migration fails on empty tables too, 3 wrong use.
    """
    require_places(options)
    contract = contract_of(options["contract"])
    profile = options["profile"] or contract.manifest.first_profile
    contract.manifest.profile(profile)  # not after a minute of work
    order = MigrationCheck(
        contract=contract,
        migrations=migrations.of_words(words),
        server=choose(options["server"], major=major_of(options["postgres"], contract)),
        profile=profile,
        timeout=options["timeout"],
        base=target_of([options["base"]], contract) if options["base"] else None,
        since=options["since"],
    )
    with Progress() as progress:
        report = check(order, progress.doing)
    give_each(lambda name: FORMATS[name](report), options, headline(report))
    if report.hazards:
        return BROKEN
    return UNJUDGED if report.stopped else 0
