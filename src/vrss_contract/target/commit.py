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

from vrss_contract.target.errors import NO_SUCH_BASE

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
        return _git(self.word, self.top, *words)


def commit(word: str, folder: Path) -> Commit:
    """The commit of that name, in the repository that the folder is in.

    Raises:
        TroubleError: there is no such commit, or no repository.
    """
    if word.startswith("-"):  # git would take it for an option
        raise NO_SUCH_BASE(word=word, found="no commit has a name that begins with a dash")
    id_ = _text(_git(word, folder, "rev-parse", "--verify", f"{word}^{{commit}}"))
    if not _ID.fullmatch(id_):
        raise NO_SUCH_BASE(word=word, found=f"git prints {id_[:80]!r}, which is no commit's id")
    top = _text(_git(word, folder, "rev-parse", "--show-toplevel"))
    return Commit(word, id_, Path(os.path.realpath(top)))


def _text(printed: bytes) -> str:
    return printed.decode(errors="surrogateescape").strip()


def _git(word: str, folder: Path, *words: str) -> bytes:
    """What git prints. Raises TroubleError."""
    command = ["git", "-C", str(folder), *words]
    try:
        done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - no shell
    except OSError as error:
        raise NO_SUCH_BASE(word=word, found=f"git can't be run: {error}") from error
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip()
        raise NO_SUCH_BASE(word=word, found=said or f"git ended with {done.returncode}")
    return done.stdout
