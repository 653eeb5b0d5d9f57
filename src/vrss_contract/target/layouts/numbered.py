"""Plain scripts whose names begin with a number each."""

from __future__ import annotations

import re
from pathlib import Path

from vrss_contract.target.layouts import Found, natural, sql_files

_NUMBER = re.compile(r"[A-Za-z]?\d+")


def find(folder: Path) -> Found | None:
    """The scripts, by their numbers; the only one there is needs none."""
    files = sorted(sql_files(folder), key=lambda path: natural(path.name))
    if len(files) == 1 or (files and all(_NUMBER.match(path.name) for path in files)):
        return Found(tuple(files), what="file")
    return None
