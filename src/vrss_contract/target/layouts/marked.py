"""Scripts with the way up and the way down in one file, parted by comments.

Source: the documentation of goose, sql-migrate, dbmate and node-pg-migrate. What a marker is, and
that what is below the one of the way down is left out, is told in ``vrss_contract.target.markers``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from vrss_contract.target.layouts import Found, natural, sql_files

_READ = 4096
"""Characters at the beginning of a script that its first marker is looked for in."""


def _layout(marker: str) -> Callable[[Path], Found | None]:
    wanted = re.compile(rf"^\s*{marker}", re.MULTILINE | re.IGNORECASE)

    def find(folder: Path) -> Found | None:
        """The scripts, by the number that their names begin with."""
        files = sorted(sql_files(folder), key=lambda path: natural(path.name))
        if not any(wanted.search(_beginning(path)) for path in files):
            return None
        return Found(tuple(files))

    return find


def _beginning(path: Path) -> str:
    with path.open(encoding="utf-8", errors="replace") as file:
        return file.read(_READ)


goose = _layout(r"--\s*\+goose\s+up\b")
sql_migrate = _layout(r"--\s*\+migrate\s+up\b")
dbmate = _layout(r"--\s*migrate:up\b")
node_pg_migrate = _layout(r"--\s*up\s+migration\s*$")
