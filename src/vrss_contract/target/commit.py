"""A commit as git knows it: its files are read without touching the working tree."""

from __future__ import annotations

import io
import os
import re
import subprocess
import tarfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from vrss_contract.errors import Trouble

_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_SHORT = 10
"""Digits of a commit's id that a report shows."""


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit of a repository."""

    word: str
    """What it was asked for by."""
    id: str
    top: Path
    """The folder that paths of the repository begin at."""
    trouble: Trouble
    """What is told where git refuses; its words have the fields ``word`` and ``found``."""

    @property
    def label(self) -> str:
        """What a report calls it."""
        return self.word if self.id.startswith(self.word) else f"{self.word} ({self.id[:_SHORT]})"

    def place_of(self, path: Path) -> str | None:
        """Where a file or folder is in the repository; None for one that is outside of it."""
        real = path.resolve()
        return real.relative_to(self.top).as_posix() if real.is_relative_to(self.top) else None

    def has(self, place: str) -> bool:
        """Whether the commit has a file or folder of that path."""
        return bool(self._git("ls-tree", self.id, "--", place))

    def file(self, place: str) -> bytes:
        """What the file holds in the commit.

        Raises:
            TroubleError: the commit has no such file.
        """
        return self._git("cat-file", "blob", f"{self.id}:{place}")

    def extract(self, place: str, folder: Path) -> None:
        """Put a part of the commit into the folder.

        Raises:
            TroubleError: git can't pack it.
        """
        packed = self._git("archive", "--format=tar", self.id, "--", place)
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            archive.extractall(folder, filter="data")

    def differ(self, places: Iterable[str]) -> bool:
        """Whether files of these paths are other ones now, as they lie there, or are new."""
        paths = [*places]
        if not paths:
            return False
        changed = self._git("diff", "--name-only", "--no-ext-diff", self.id, "--", *paths)
        return bool(changed or self._git("ls-files", "--others", "--", *paths))

    def _git(self, *words: str) -> bytes:
        try:
            return _git(self.top, *words)
        except _RefusedError as refused:
            raise self.trouble(word=self.word, found=str(refused)) from refused


def commit(word: str, folder: Path, trouble: Trouble) -> Commit:
    """The commit of that name, in the repository that the folder is in.

    Args:
        word: what git knows it by.
        folder: any of the repository.
        trouble: what to tell, now and later; its words have the fields ``word`` and ``found``.

    Raises:
        TroubleError: there is no such commit, or no repository.
    """
    if word.startswith("-"):  # git would take it for an option
        raise trouble(word=word, found="no commit has a name that begins with a dash")
    try:
        id_ = _text(_git(folder, "rev-parse", "--verify", f"{word}^{{commit}}"))
        top = _text(_git(folder, "rev-parse", "--show-toplevel"))
    except _RefusedError as refused:
        raise trouble(word=word, found=str(refused)) from refused
    if not _ID.fullmatch(id_):
        found = f"git prints {id_[:80]!r} for it, which is no commit's id"
        raise trouble(word=word, found=found)
    return Commit(word, id_, Path(os.path.realpath(top)), trouble)


class _RefusedError(Exception):
    """What git says, or why it says nothing."""


def _text(printed: bytes) -> str:
    return printed.decode(errors="surrogateescape").strip()


def _git(folder: Path, *words: str) -> bytes:
    """What git prints. Raises _RefusedError."""
    command = ["git", "-C", str(folder), *words]
    try:
        done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - no shell
    except OSError as error:
        raise _RefusedError(f"git can't be run: {error}") from error
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip()
        raise _RefusedError(said or f"git ended with {done.returncode}")
    return done.stdout
