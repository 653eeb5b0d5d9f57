"""A script for the way up and one for the way down, side by side.

Source: the documentation of golang-migrate, "MIGRATIONS.md"; node-pg-migrate writes them likewise.
"""

from __future__ import annotations

from pathlib import Path

from vrss_contract.target.layouts import Found, counted, natural, sql_files

_UP, _DOWN = ".up.sql", ".down.sql"


def find(folder: Path) -> Found | None:
    """The scripts for the way up, by the number that their names begin with."""
    files = sql_files(folder)
    up = sorted(
        (path for path in files if path.name.endswith(_UP)), key=lambda path: natural(path.name)
    )
    if not up:
        return None
    down = {path.name.removesuffix(_DOWN): path for path in files if path.name.endswith(_DOWN)}
    notes = (f"left out {counted(len(down), 'script')} for the way down",) if down else ()
    ways = ((path, down.get(path.name.removesuffix(_UP))) for path in up)
    return Found(tuple(up), notes=notes, back={path: way for path, way in ways if way})
