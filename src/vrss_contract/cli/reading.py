"""The commands that read the contract and need no server: ``list``, ``explain``, ``export``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from vrss_contract.checks.explain import explain as explained
from vrss_contract.cli.file_path import FilePath
from vrss_contract.cli.formats import hand_on
from vrss_contract.cli.options import CONTRACT, KIND, LEVEL, ONLY, contract_of, target_of
from vrss_contract.contract.model import Level
from vrss_contract.contract.selection import select
from vrss_contract.report.output import say
from vrss_contract.target import Target


@click.command(name="list")
@ONLY
@KIND
@LEVEL
@CONTRACT
def list_(only: Sequence[str], kinds: Sequence[str], level: Level, contract: Path | None) -> int:
    """Print every clause: level, kind, id and sentence."""
    clauses = select(contract_of(contract).clauses, only=only, level=level, kinds=kinds)
    width = max(len(clause.id) for clause in clauses)  # select gives one at least
    lines = (f"{c.level:<7} {c.kind:<9} {c.id:<{width}}  {c.says}\n" for c in clauses)
    say("".join(lines), sys.stdout)
    return 0


@click.command()
@click.argument("id_", metavar="ID")
@CONTRACT
def explain(id_: str, contract: Path | None) -> int:
    """Tell clause ID in full: sentence, reason, source, and the SQL it runs. ID may be a glob."""
    read = contract_of(contract)
    target = target_of((), read) if read.manifest.schema else Target("TARGET.sql", ())
    told = [explained(clause, read, target) for clause in select(read.clauses, only=[id_])]
    say("\n".join(told), sys.stdout)
    return 0


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; fail where contracts.json is stale.")
@click.option("--schema", is_flag=True, help="Write the JSON Schema of the document instead.")
@click.option("--output", type=FilePath(path_type=Path), help="File, else standard output.")
@CONTRACT
def export(*, check: bool, schema: bool, output: Path | None, contract: Path | None) -> int:
    """Write the contract as one JSON document, for other languages."""
    # Here, since it imports what reads YAML, which the other commands do without.
    from vrss_contract.contract import export as exporting  # noqa: PLC0415

    if schema:
        hand_on(exporting.schema(), output)
        return 0
    read = contract_of(contract)
    if check:
        path = read.manifest.folder / exporting.FILE
        exporting.require_fresh(read, path)
        say(f"{path.name} is what the YAML says: {len(read.clauses):,} clauses\n", sys.stdout)
    else:
        hand_on(exporting.document(read), output)
    return 0
