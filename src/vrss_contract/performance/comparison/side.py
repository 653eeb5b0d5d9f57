"""One side of a comparison: a contract and a schema, from a commit or from files at hand.

Knows how a commit's files are had without touching the working tree; does not know what is done
with them.
"""

from __future__ import annotations

import io
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from vrss_contract.contract.model import Contract
from vrss_contract.contract.read import read_contract
from vrss_contract.errors import TroubleError
from vrss_contract.performance.comparison.errors import NoSuchSideError, UnreadableSideError
from vrss_contract.target import Target, sqlfile

_PARTS = ("schema.sql", "contracts")
_SHORT = 10
"""Digits of a commit's id that a report shows."""


@dataclass(frozen=True, slots=True)
class Side:
    """What is measured: the contract's queries on the target, full of data."""

    label: str
    contract: Contract
    target: Target


@contextmanager
def side(word: str, contract: Contract, repository: Path) -> Iterator[Side]:
    """The side that a word stands for: a ``.sql`` file, or what git knows by that name.

    A file is measured with the queries of ``contract``; a commit with its own, so that a query
    that was written anew is compared with what it was.

    Raises:
        TroubleError: it is neither, or its contract or schema can't be read.
    """
    if word.endswith(".sql"):
        yield Side(word, contract, _file(Path(word)))
    else:
        yield _committed(word, repository)


def _file(path: Path) -> Target:
    if not path.exists():
        raise NoSuchSideError(str(path), "no file of that name")
    return sqlfile.read(path)


def _committed(word: str, repository: Path) -> Side:
    """A commit's side, read whole: of its files nothing is left when it is measured."""
    commit = _commit(word, repository)
    label = word if commit.startswith(word) else f"{word} ({commit[:_SHORT]})"
    # No run folder's name: other runs sweep those that nobody holds.
    with tempfile.TemporaryDirectory(prefix="vrss-side-") as folder:
        _extract(word, commit, repository, Path(folder))
        try:
            target = sqlfile.read(Path(folder, "schema.sql"))
            own = read_contract(Path(folder, "contracts"))
        except TroubleError as error:
            raise UnreadableSideError(label, error.headline.replace(f"{folder}/", "")) from error
        except (OSError, RecursionError) as error:
            raise UnreadableSideError(label, str(error).replace(f"{folder}/", "")) from error
    return Side(label, own, Target(f"schema.sql of {label}", target.steps))


def _commit(word: str, repository: Path) -> str:
    """The commit's full id. Raises NoSuchSideError."""
    if word.startswith("-"):  # git would take it for an option
        raise NoSuchSideError(word, "no commit has a name that begins with a dash")
    return _git(word, repository, "rev-parse", "--verify", f"{word}^{{commit}}").decode().strip()


def _extract(word: str, commit: str, repository: Path, folder: Path) -> None:
    """Put the schema and the contract of a commit into the folder. Raises NoSuchSideError."""
    top = repository / _git(word, repository, "rev-parse", "--show-cdup").decode().strip()
    packed = _git(word, top, "archive", "--format=tar", commit, "--", *_PARTS)
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")


def _git(word: str, repository: Path, *words: str) -> bytes:
    """What git prints. Raises NoSuchSideError."""
    command = ["git", "-C", str(repository), *words]
    try:
        done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - no shell
    except OSError as error:
        raise NoSuchSideError(word, f"git can't be run: {error}") from error
    if done.returncode != 0:
        raise NoSuchSideError(word, done.stderr.decode(errors="replace").strip())
    return done.stdout
