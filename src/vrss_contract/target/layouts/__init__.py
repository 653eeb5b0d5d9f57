"""Folders of migrations, in the layouts of the tools that people have.

A layout is one module with a function that finds its files in a folder, and one line of the map in
``recognise``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Found:
    """What a layout finds in a folder."""

    files: tuple[Path, ...]
    """The scripts in the order in which the tool runs them."""
    what: str = "migration"
    """What one of them is called."""
    values: Mapping[str, str] = field(default_factory=dict)
    """What stands for ``${name}`` in the scripts."""
    notes: tuple[str, ...] = ()
    """What was left out, and why."""
    texts: tuple[str, ...] = ()
    """The SQL, where it is not just what the files hold: one for each."""
    back: Mapping[Path, Path] = field(default_factory=dict)
    """The script that takes another one back, where it is a file of its own."""
    whole: str = ""
    """The SQL of all of them, where a program makes it: its lines are those of no file."""


def natural(name: str) -> tuple[tuple[int, str], ...]:
    """A key that sorts numbers within names by their value: 2 before 10."""
    parts = re.split(r"(\d+)", name)
    return tuple((int(part), "") if _DIGITS.fullmatch(part) else (-1, part) for part in parts)


def sql_files(folder: Path) -> list[Path]:
    """The .sql files right in the folder, as names sort."""
    return sorted(path for path in folder.glob("*.sql") if path.is_file())


def counted(count: int, what: str) -> str:
    """So many of them, in words."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"
