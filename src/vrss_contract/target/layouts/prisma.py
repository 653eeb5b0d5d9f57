"""Prisma Migrate: a folder for each migration, and a lock file with the database it is for.

Source: Prisma's documentation, "Prisma Migrate: migration histories" and "Generating down
migrations".
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from vrss_contract.target.errors import OTHER_DATABASE
from vrss_contract.target.layouts import Found

_LOCK = "migration_lock.toml"
_PROVIDERS = frozenset({"postgresql", "postgres", "cockroachdb"})
_SCRIPT, _DOWN = "migration.sql", "down.sql"


def find(folder: Path) -> Found | None:
    """The folder's migrations, in the order of their names, as Prisma sorts them.

    Raises:
        TroubleError: the lock file names another database.
    """
    files = tuple(sorted(folder.glob(f"*/{_SCRIPT}")))
    lock = folder / _LOCK
    if not files or (not lock.is_file() and not _dated(files)):
        return None
    if lock.is_file():
        provider = _provider(lock)
        if provider not in _PROVIDERS:
            raise OTHER_DATABASE(path=lock, found=f'provider = "{provider}"')
    back = {path: down for path in files if (down := path.with_name(_DOWN)).is_file()}
    return Found(files, back=back)


def _provider(lock: Path) -> str:
    try:
        return str(tomllib.loads(lock.read_text("utf-8")).get("provider", "postgresql"))
    except tomllib.TOMLDecodeError:
        return "unreadable"


def _dated(files: tuple[Path, ...]) -> bool:
    return all(re.match(r"\d{8,}", path.parent.name) for path in files)
