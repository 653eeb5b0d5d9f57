"""The command ``draft``: a target in, a contract folder out.

Decides nothing but where the files go.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from vrss_contract.cli.file_path import FilePath, TargetWord
from vrss_contract.cli.options import POSTGRES, SERVER, TIMEOUT, target_of
from vrss_contract.contract.manifest import MAJOR
from vrss_contract.contract.model import Contract
from vrss_contract.database.scratch import Databases
from vrss_contract.draft.drafting import Draft
from vrss_contract.draft.drafting import draft as drafted
from vrss_contract.draft.errors import FOLDER_IN_USE
from vrss_contract.draft.folder import NOTES
from vrss_contract.errors import UNJUDGED
from vrss_contract.postgres.choose import choose
from vrss_contract.report.progress import Progress
from vrss_contract.target import Target, sqlfile

SCHEMA = "drafted.sql"
"""What is written of a target that is no single file, for the contract to name."""


@click.command()
@click.argument("target", nargs=-1, required=True, type=TargetWord(), metavar="TARGET [TARGET]...")
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
def draft(target: tuple[str, ...], output: Path, **options: Any) -> int:
    """Write a contract of TARGET's schema, from its catalog, into a folder.

    TARGET is what it is in verify: files, a folder of migrations, -, git:REF:PATH, or a DSN, of
    which nothing but the schema is read. It is loaded into a scratch database. What is written
    holds of it: `verify TARGET --contract DIR` says so. NOTES.md lists what a person should add.
    """
    if not options["force"]:
        _require_free(output)
    read = target_of(target, Contract({}, {}, {}, ()))
    source = _source(target, read)
    server = choose(options["server"], major=options["postgres"] or MAJOR)
    with (
        Progress() as progress,
        server as running,
        Databases(running.access, timeout=options["timeout"]) as databases,
    ):
        manifest = _manifest(source, output)
        found = drafted(read, databases, manifest, progress.doing)
    files = found.files if source else {**found.files, SCHEMA: sqlfile.written(read)}
    _write(files, output)
    click.echo(_said(found, read, output))
    return UNJUDGED if found.unheld else 0


def _require_free(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()):
        raise FOLDER_IN_USE(path=folder)


def _source(words: Sequence[str], target: Target) -> Path | None:
    """The one file that the target is; None for what is no file, or several."""
    path = Path(words[0])
    return path if words == (target.name,) and path.is_file() else None


def _manifest(source: Path | None, output: Path) -> dict[str, Any]:
    if source is None:
        says = f"What {SCHEMA} is, as drafted from its catalog."
        return {"name": output.resolve().name, "says": says, "schema": SCHEMA}
    schema = os.path.relpath(source.resolve(), output.resolve())
    says = f"What {source.name} is, as drafted from its catalog."
    return {"name": source.stem, "says": says, "schema": Path(schema).as_posix()}


def _write(files: Mapping[str, str], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")


def _said(found: Draft, target: Target, folder: Path) -> str:
    made = f"{folder}: {_counted(found.tables, 'table')}, {_counted(found.clauses, 'clause')}"
    waived = f", {len(found.waived):,} waived" if found.waived else ""
    held = f", {len(found.unheld):,} of them not held" if found.unheld else ", all held"
    words = ("vrss-contract", "verify", *target.words, "--contract", str(folder))
    notes = f"read {folder / NOTES} for what to add"
    return f"{made}{held}{waived}\n{notes}\nnext: {shlex.join(words)}"


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
