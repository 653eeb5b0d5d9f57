"""pgTAP itself, as SQL text.

Knows where it can be had: a file that the caller names, or Debian's package, unpacked into a folder
that goes away. Does not know a server; pgTAP is plain SQL and loads into any version it supports.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from vrss_contract.errors import Trouble

VARIABLE = "PGTAP_SQL"
_PACKAGE = "postgresql-15-pgtap"
_SCRIPT = re.compile(r"pgtap--[0-9.]+\.sql")
"""The whole of one version, and not the way from one to the next."""


NO_PGTAP = Trouble(
    "no-pgtap",
    "There is no pgTAP to compare with.",
    says="pgTAP can't be had",
    tried="{tried}",
    do=(
        "set PGTAP_SQL to a pgtap.sql (of a source build) or a pgtap--VERSION.sql\n"
        "(of any installed package), then run again"
    ),
)


def pgtap() -> str:
    """The SQL that makes pgTAP's functions. Raises TroubleError."""
    named = os.environ.get(VARIABLE)
    if named is None:
        return _packaged()
    try:
        return Path(named).read_text("utf-8")
    except OSError as error:
        raise NO_PGTAP(
            tried=f"to read {named}, which {VARIABLE} names", found=str(error)
        ) from error


def _packaged() -> str:
    with tempfile.TemporaryDirectory() as folder:
        _run(["apt-get", "download", _PACKAGE], folder)
        for package in Path(folder).glob("*.deb"):
            _run(["dpkg-deb", "-x", package.name, "."], folder)
        scripts = [path for path in Path(folder).rglob("*.sql") if _SCRIPT.fullmatch(path.name)]
        if not scripts:
            raise NO_PGTAP(tried=f"to unpack {_PACKAGE}", found="no pgtap--VERSION.sql in it")
        return scripts[0].read_text("utf-8")


def _run(command: list[str], folder: str) -> None:
    tried = f"to run {' '.join(command)}"
    program = shutil.which(command[0])
    if program is None:
        raise NO_PGTAP(tried=tried, found=f"there is no {command[0]} on this machine")
    done = subprocess.run(  # noqa: S603 - our own commands, no shell
        [program, *command[1:]], cwd=folder, capture_output=True, check=False, text=True
    )
    if done.returncode != 0:
        raise NO_PGTAP(tried=tried, found=done.stderr.strip() or f"it ended with {done.returncode}")
