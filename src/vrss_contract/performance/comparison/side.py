"""One side of a comparison: a contract and a schema, from a commit or from files at hand.

A commit's files are read without touching the working tree.
"""

from __future__ import annotations

import os
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
from vrss_contract.target.commit import Commit, commit


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
    top = commit("HEAD", repository, NO_SUCH_SIDE).top
    return top / _Places(top, contract).of(contract.manifest.required_schema())


def _file(path: Path) -> Target:
    if not path.exists():
        raise NO_SUCH_SQL_FILE(word=str(path), found="no file of that name")
    return sqlfile.read(path)


@dataclass(frozen=True, slots=True)
class _Places:
    """Where a repository has the contract and its schema, as far as the contract at hand knows."""

    top: Path
    """The folder that paths of the repository begin at."""
    contract: Contract
    """The one at hand."""

    @property
    def ours(self) -> bool:
        """Whether the contract at hand is a folder of this repository."""
        return self.contract.manifest.folder.resolve().is_relative_to(self.top)

    def of(self, path: Path) -> str:
        """Where a file or folder is in the repository; of one elsewhere, where its like would be.

        A contract that is not of this repository, such as the one that ships with this tool, stands
        for the folder of its name at the top.
        """
        folder = self.contract.manifest.folder.resolve()
        home = self.top if self.ours else folder.parent
        return Path(os.path.relpath(path.resolve(), home)).as_posix()


def _schema(found: Commit, places: _Places, schema: Path | None) -> str:
    """Where the commit's schema is: that file, or the one of its name. Raises TroubleError."""
    if schema is None:
        return places.of(places.contract.manifest.required_schema())
    place = found.place_of(schema)
    if place is None:
        outside = f"{schema} is no file of the repository in {found.top}"
        raise NO_SCHEMA_THERE(word=found.word, found=outside)
    return place


def _committed(word: str, contract: Contract, repository: Path, schema: Path | None) -> Side:
    """A commit's side, read whole: of its files nothing is left when it is measured."""
    found = commit(word, repository, NO_SUCH_SIDE)
    # No run folder's name: other runs sweep those that nobody holds.
    with tempfile.TemporaryDirectory(prefix="contract-side-") as folder:
        try:
            return _read(found, contract, schema, Path(folder))
        except tarfile.TarError as error:
            raise NO_SUCH_SIDE(
                word=word, found=f"git archive prints no archive: {error}"
            ) from error
        except TroubleError as error:
            if error.trouble in (NO_SUCH_SIDE, NO_SCHEMA_THERE):
                raise
            told = error.headline.replace(f"{folder}/", "")
            raise UNREADABLE_SIDE(label=found.label, found=told) from error
        except (OSError, RecursionError) as error:
            told = str(error).replace(f"{folder}/", "")
            raise UNREADABLE_SIDE(label=found.label, found=told) from error


def _read(found: Commit, contract: Contract, schema: Path | None, folder: Path) -> Side:
    """The side of a commit, whose parts are put into the folder one after another."""
    places = _Places(found.top, contract)
    place = places.of(contract.manifest.folder)
    file = _schema(found, places, schema)
    # A folder of that name in a repository of others, whose schema is named, is not ours to read.
    if (places.ours or not schema) and found.has(place):
        found.extract(place, folder)
        own = read_contract(folder / place)
        if own.manifest.schema and not schema:
            file = _place_of_schema(own.manifest.schema, folder, place)
        contract = replace(own, manifest=contract.manifest)
    if not found.has(file):
        raise NO_SCHEMA_THERE(word=found.word, found=f"it has no file {file}")
    found.extract(file, folder)
    target = sqlfile.read(folder / file)
    return Side(found.label, contract, Target(f"{file} of {found.label}", target.steps))


def _place_of_schema(schema: Path, folder: Path, place: str) -> str:
    """Where a commit has the schema that its contract, at ``place`` in it, names.

    It is not extracted yet, and a copy of the contract that ships with this tool takes the shipped
    file for one that is not there: the commit's own is as far from its contract.
    """
    if not schema.is_relative_to(folder):
        schema = folder / place / os.path.relpath(schema, paths.contracts())
    return Path(os.path.relpath(schema, folder)).as_posix()
