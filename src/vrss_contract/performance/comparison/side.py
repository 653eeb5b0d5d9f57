"""One side of a comparison: a contract and a schema, from a commit or from files at hand.

A commit's files are read without touching the working tree.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from vrss_contract import paths
from vrss_contract.contract.model import Contract
from vrss_contract.contract.read import read_contract
from vrss_contract.errors import TroubleError
from vrss_contract.performance.comparison.errors import (
    NO_SCHEMA_THERE,
    NO_SUCH_SIDE,
    NO_SUCH_SQL_FILE,
    UNREADABLE_SIDE,
)
from vrss_contract.target import Target, dsn, sqlfile

_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_SHORT = 10
"""Digits of a commit's id that a report shows."""


@dataclass(frozen=True, slots=True)
class Side:
    """What is measured: the contract's queries on the target, full of data."""

    label: str
    contract: Contract
    target: Target


@contextmanager
def side(
    word: str | None, contract: Contract, repository: Path, schema: Path | None = None
) -> Iterator[Side]:
    """The side that a word stands for: a ``.sql`` file, or what git knows by that name.

    Without a word it is the file of the working tree that is a commit's schema. ``schema`` is that
    file where it is not the one that the contract names.

    A file is measured with the queries of ``contract``; a commit with its own, if it has a contract
    there, so that a query that was written anew is compared with what it was. The data are those of
    ``contract`` on either side.

    Raises:
        TroubleError: it is neither, or its contract or schema can't be read.
    """
    if word is None:
        path = schema or _in_working_tree(contract, repository)
        yield Side(str(path), contract, _file(path))
        return
    dsn.refuse(word)
    if word.endswith(".sql"):
        yield Side(word, contract, _file(Path(word)))
    else:
        yield _committed(word, contract, repository, schema)


def _in_working_tree(contract: Contract, repository: Path) -> Path:
    """Where the working tree has the schema that the contract names."""
    top = _top("HEAD", repository)
    commit = _Commit("HEAD", "", top, contract)
    return top / commit.place_of(contract.manifest.required_schema())


def _file(path: Path) -> Target:
    if not path.exists():
        raise NO_SUCH_SQL_FILE(word=str(path), found="no file of that name")
    return sqlfile.read(path)


@dataclass(frozen=True, slots=True)
class _Commit:
    """A commit as git knows it, and the contract that is at hand."""

    word: str
    id: str
    top: Path
    """The folder that paths of the repository begin at."""
    contract: Contract
    schema: Path | None = None
    """Its schema, where that is not the file that the contract names."""

    @property
    def ours(self) -> bool:
        """Whether the contract at hand is a folder of this repository."""
        return self.contract.manifest.folder.resolve().is_relative_to(self.top.resolve())

    @property
    def label(self) -> str:
        """What a report calls it."""
        return self.word if self.id.startswith(self.word) else f"{self.word} ({self.id[:_SHORT]})"

    def place_of(self, path: Path) -> str:
        """Where a file or folder is in the repository; of one elsewhere, where its like would be.

        A contract that is not of this repository, such as the one that ships with this tool, stands
        for the folder of its name at the top.
        """
        folder = self.contract.manifest.folder.resolve()
        home = self.top.resolve() if self.ours else folder.parent
        return Path(os.path.relpath(path.resolve(), home)).as_posix()

    def place_of_schema(self) -> str:
        """Where its schema is, as far as the contract at hand knows. Raises TroubleError."""
        if self.schema is None:
            return self.place_of(self.contract.manifest.required_schema())
        place = Path(os.path.relpath(self.schema.resolve(), self.top.resolve())).as_posix()
        if place.startswith("../"):
            found = f"{self.schema} is no file of the repository in {self.top.resolve()}"
            raise NO_SCHEMA_THERE(word=self.word, found=found)
        return place

    def extract(self, path: str, folder: Path) -> bool:
        """Put a part of the commit into the folder; whether it is there. Raises TroubleError."""
        if not _git(self.word, self.top, "ls-tree", self.id, "--", path):
            return False
        packed = _git(self.word, self.top, "archive", "--format=tar", self.id, "--", path)
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            archive.extractall(folder, filter="data")
        return True


def _top(word: str, repository: Path) -> Path:
    told = _git(word, repository, "rev-parse", "--show-cdup")
    return repository / told.decode(errors="surrogateescape").strip()


def _committed(word: str, contract: Contract, repository: Path, schema: Path | None) -> Side:
    """A commit's side, read whole: of its files nothing is left when it is measured."""
    commit = _Commit(word, _commit(word, repository), _top(word, repository), contract, schema)
    # No run folder's name: other runs sweep those that nobody holds.
    with tempfile.TemporaryDirectory(prefix="contract-side-") as folder:
        try:
            return _read(commit, Path(folder))
        except tarfile.TarError as error:
            raise NO_SUCH_SIDE(
                word=word, found=f"git archive prints no archive: {error}"
            ) from error
        except TroubleError as error:
            if error.trouble in (NO_SUCH_SIDE, NO_SCHEMA_THERE):
                raise
            found = error.headline.replace(f"{folder}/", "")
            raise UNREADABLE_SIDE(label=commit.label, found=found) from error
        except (OSError, RecursionError) as error:
            raise UNREADABLE_SIDE(
                label=commit.label, found=str(error).replace(f"{folder}/", "")
            ) from error


def _read(commit: _Commit, folder: Path) -> Side:
    """The side of a commit, whose parts are put into the folder one after another."""
    given = commit.contract.manifest
    place = commit.place_of(given.folder)
    schema = commit.place_of_schema()
    contract = commit.contract
    # A folder of that name in a repository of others, whose schema is named, is not ours to read.
    if (commit.ours or not commit.schema) and commit.extract(place, folder):
        own = read_contract(folder / place)
        if own.manifest.schema and not commit.schema:
            schema = _place_of_schema(own.manifest.schema, folder, place)
        contract = replace(own, manifest=given)
    if not commit.extract(schema, folder):
        raise NO_SCHEMA_THERE(word=commit.word, found=f"it has no file {schema}")
    target = sqlfile.read(folder / schema)
    return Side(commit.label, contract, Target(f"{schema} of {commit.label}", target.steps))


def _place_of_schema(schema: Path, folder: Path, place: str) -> str:
    """Where a commit has the schema that its contract, at ``place`` in it, names.

    It is not extracted yet, and a copy of the contract that ships with this tool takes the shipped
    file for one that is not there: the commit's own is as far from its contract.
    """
    if not schema.is_relative_to(folder):
        schema = folder / place / os.path.relpath(schema, paths.contracts())
    return Path(os.path.relpath(schema, folder)).as_posix()


def _commit(word: str, repository: Path) -> str:
    """The commit's full id. Raises TroubleError."""
    if word.startswith("-"):  # git would take it for an option
        raise NO_SUCH_SIDE(word=word, found="no commit has a name that begins with a dash")
    id_ = _git(word, repository, "rev-parse", "--verify", f"{word}^{{commit}}").decode(
        errors="replace"
    )
    if not _ID.fullmatch(id_.strip()):
        raise NO_SUCH_SIDE(
            word=word, found=f"git prints {id_[:80]!r} for it, which is no commit's id"
        )
    return id_.strip()


def _git(word: str, repository: Path, *words: str) -> bytes:
    """What git prints. Raises TroubleError."""
    command = ["git", "-C", str(repository), *words]
    try:
        done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - no shell
    except OSError as error:
        raise NO_SUCH_SIDE(word=word, found=f"git can't be run: {error}") from error
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip()
        raise NO_SUCH_SIDE(word=word, found=said or f"git ended with {done.returncode}")
    return done.stdout
