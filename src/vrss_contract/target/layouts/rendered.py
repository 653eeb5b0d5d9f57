"""Migrations that are programs: the tool they are written for makes SQL of them.

Source: Alembic's documentation, "Generating SQL scripts (offline mode)"; Django's, "sqlmigrate",
which "requires an active database connection".
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from vrss_contract.target.errors import NEEDS_DATABASE, NO_RENDERER, NOT_RENDERED
from vrss_contract.target.layouts import Found

_SECONDS = 300
_ENVIRONMENTS = (".venv", "venv", "env")


def alembic(folder: Path) -> Found | None:
    """What ``alembic upgrade head --sql`` prints in the folder.

    Raises:
        TroubleError: Alembic is not installed, or fails.
    """
    if not (folder / "alembic.ini").is_file():
        return None
    by_hand = "alembic upgrade head --sql"
    program = _program(folder, "alembic")
    if program is None:
        raise NO_RENDERER(tool="Alembic", folder=folder, command=by_hand)
    text = _printed("Alembic", [program, *by_hand.split()[1:]], folder, by_hand)
    return Found(tuple(folder.glob("*/versions/*.py")), whole=text)


def django(folder: Path) -> Found | None:
    """Nothing, or an error: Django asks a database for the SQL of its migrations.

    Raises:
        TroubleError: it is a Django project.
    """
    if (folder / "manage.py").is_file():
        raise NEEDS_DATABASE(folder=folder)
    return None


def _program(folder: Path, name: str) -> str | None:
    """The program of the project's own environment, else the one that is found by its name."""
    for home in _ENVIRONMENTS:
        if (path := folder / home / "bin" / name).is_file():
            return str(path.absolute())
    return shutil.which(name)


def _printed(tool: str, words: Sequence[str], folder: Path, by_hand: str) -> str:
    """What the program prints. Raises TroubleError."""
    try:
        done = subprocess.run(  # noqa: S603 - the project's own program, which its owner named
            [*words], cwd=folder, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NOT_RENDERED(tool=tool, folder=folder, found=str(error), command=by_hand) from error
    if done.returncode != 0:
        told = (
            "\n".join(done.stderr.strip().splitlines()[-5:]) or f"it ended with {done.returncode}"
        )
        raise NOT_RENDERED(tool=tool, folder=folder, found=told, command=by_hand)
    return done.stdout
