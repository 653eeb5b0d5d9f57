"""The command ``draft``: a target in, a contract folder out.

Decides nothing but where the files go.
"""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import Any

import click

from vrss_contract.cli.file_path import FilePath
from vrss_contract.cli.options import POSTGRES, SERVER, TIMEOUT
from vrss_contract.contract.manifest import MAJOR
from vrss_contract.database.scratch import Databases
from vrss_contract.draft.drafting import Draft
from vrss_contract.draft.drafting import draft as drafted
from vrss_contract.draft.errors import FOLDER_IN_USE
from vrss_contract.draft.folder import NOTES
from vrss_contract.errors import UNJUDGED
from vrss_contract.postgres.choose import choose
from vrss_contract.report.progress import Progress
from vrss_contract.target import sqlfile


@click.command()
@click.argument("target", type=FilePath(path_type=Path))
@click.option(
    "-o",
    "--output",
    required=True,
    metavar="DIR",
    type=FilePath(file_okay=False, path_type=Path),
    help="Folder for the contract, made where it is not there.",
)
@click.option("--force", is_flag=True, help="Write into a folder that holds something.")
@SERVER
@POSTGRES
@TIMEOUT
def draft(target: Path, output: Path, **options: Any) -> int:
    """Write a contract of TARGET's schema, from its catalog, into a folder.

    TARGET is loaded into a scratch database. What is written holds of it: `verify TARGET --contract
    DIR` says so. NOTES.md lists what a person should add.
    """
    if not options["force"]:
        _require_free(output)
    read = sqlfile.read(target)
    server = choose(options["server"], major=options["postgres"] or MAJOR)
    with (
        Progress() as progress,
        server as running,
        Databases(running.access, timeout=options["timeout"]) as databases,
    ):
        found = drafted(read, databases, _manifest(target, output), progress.doing)
    _write(found, output)
    click.echo(_said(found, target, output))
    return UNJUDGED if found.unheld else 0


def _require_free(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()):
        raise FOLDER_IN_USE(path=folder)


def _manifest(target: Path, output: Path) -> dict[str, Any]:
    schema = os.path.relpath(target.resolve(), output.resolve())
    says = f"What {target.name} is, as drafted from its catalog."
    return {"name": target.stem, "says": says, "schema": Path(schema).as_posix()}


def _write(found: Draft, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in found.files.items():
        (folder / name).write_text(text, "utf-8")


def _said(found: Draft, target: Path, folder: Path) -> str:
    made = f"{folder}: {_counted(found.tables, 'table')}, {_counted(found.clauses, 'clause')}"
    waived = f", {len(found.waived):,} waived" if found.waived else ""
    held = f", {len(found.unheld):,} of them not held" if found.unheld else ", all held"
    words = ("vrss-contract", "verify", str(target), "--contract", str(folder))
    notes = f"read {folder / NOTES} for what to add"
    return f"{made}{held}{waived}\n{notes}\nnext: {shlex.join(words)}"


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
