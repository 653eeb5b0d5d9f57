"""Drizzle Kit: a journal that names the scripts; later versions have a folder for each.

Source: Drizzle's documentation, "drizzle-kit generate".
"""

from __future__ import annotations

import json
from pathlib import Path

from vrss_contract.target.errors import NO_SCRIPT, OTHER_DATABASE
from vrss_contract.target.layouts import Found

_JOURNAL = "meta/_journal.json"
_POSTGRES = frozenset({"postgresql", "pg", "postgres"})


def find(folder: Path) -> Found | None:
    """The scripts, in the journal's order.

    Raises:
        TroubleError: the journal is of another database, or a script that it names is not there.
    """
    journal = folder / _JOURNAL
    if not journal.is_file():
        return _folders(folder)
    try:
        given = json.loads(journal.read_text("utf-8"))
        entries = sorted(given["entries"], key=lambda entry: entry["idx"])
        names = [str(entry["tag"]) for entry in entries]
        dialect = str(given.get("dialect", "postgresql"))
    except (ValueError, KeyError, TypeError):
        return None
    if dialect not in _POSTGRES:
        raise OTHER_DATABASE(path=journal, found=f'"dialect": "{dialect}"')
    files = tuple(folder / f"{name}.sql" for name in names)
    for name, path in zip(names, files, strict=True):
        if not path.is_file():
            raise NO_SCRIPT(plan=journal, change=name, path=path)
    return Found(files)


def _folders(folder: Path) -> Found | None:
    files = tuple(sorted(folder.glob("*/migration.sql")))
    if files and all((path.parent / "snapshot.json").is_file() for path in files):
        return Found(files)
    return None
