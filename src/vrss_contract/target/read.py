"""What the words of a command line name as the target.

A ``.sql`` file, a folder of migrations in the layout of a tool, ``-`` for standard input,
``git:REF:PATH`` for a file or folder of a commit; or several of these, in their order.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from vrss_contract.target import Statement, Target, dsn, sqlfile
from vrss_contract.target.commit import Commit, commit
from vrss_contract.target.errors import NO_SUCH_COMMIT

STANDARD_INPUT = "-"
_COMMITTED = re.compile(r"git:(?P<ref>[^:]+):(?P<path>.+)", re.DOTALL)


def read(words: Sequence[str]) -> Target:
    """The target that the words name, all of its statements in one.

    Raises:
        TroubleError: a word names nothing that can be read, or a DSN.
    """
    parts = [_read(word) for word in words]
    if len(parts) == 1:
        return replace(parts[0], words=tuple(words))
    steps = tuple(_joined(parts))
    notes = tuple(f"{part.name}: {note}" for part in parts for note in part.notes)
    return Target(", ".join(part.name for part in parts), steps, notes=notes, words=tuple(words))


def _joined(parts: Sequence[Target]) -> Iterator[Statement]:
    """Their statements; those that no phase is marked for belong to the last that was."""
    phase = 0
    for part in parts:
        for step in part.steps:
            phase = step.phase or phase
            yield replace(step, file=step.file or part.name, phase=phase)


def _read(word: str) -> Target:
    dsn.refuse(word)
    if word == STANDARD_INPUT:
        return sqlfile.of_bytes(sys.stdin.buffer.read(), "standard input")
    if found := in_commit(word):
        return committed(*found)
    return of_path(Path(word))


def in_commit(word: str) -> tuple[Commit, str] | None:
    """The commit, and the path in it, of ``git:REF:PATH``; None for any other word.

    Raises:
        TroubleError: there is no such commit, or nothing of that path in it.
    """
    found = _COMMITTED.fullmatch(word)
    if not found:
        return None
    path = Path(found["path"])
    known = commit(found["ref"], Path.cwd(), NO_SUCH_COMMIT)
    place = known.place_of(path)
    if place is None or not known.has(place):
        raise NO_SUCH_COMMIT(word=word, found=f"it has no {place or path}")
    return known, place


def of_path(path: Path) -> Target:
    """The target in a file or in a folder. Raises TroubleError."""
    if not os.path.isdir(path):  # noqa: PTH112 - which takes a name that is too long for none
        return sqlfile.read(path)
    from vrss_contract.target.layouts import recognise  # noqa: PLC0415 - seldom wanted, and slow

    return recognise.read(path)


def committed(found: Commit, place: str) -> Target:
    """The target in a file or folder as the commit has it. Raises TroubleError."""
    # No run folder's name: other runs sweep those that nobody holds.
    with tempfile.TemporaryDirectory(prefix="contract-target-") as folder:
        found.extract(place, Path(folder))
        target = of_path(Path(folder) / place)
        top = f"{folder}/"
        name = f"{place} of {found.label}"
        return replace(
            target,
            name=name,
            steps=tuple(replace(one, file=one.file.replace(top, "")) for one in target.steps),
            notes=tuple(note.replace(top, "") for note in target.notes),
        )
