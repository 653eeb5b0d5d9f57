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

from vrss_contract.clause.errors import UnreadableContractError
from vrss_contract.clause.model import Contract
from vrss_contract.clause.read import read_contract
from vrss_contract.comparison.errors import NoSuchSideError
from vrss_contract.target import Target, sqlfile

_PARTS = ("schema.sql", "contracts")


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
        yield Side(word, contract, sqlfile.read(Path(word)))
        return
    with tempfile.TemporaryDirectory(prefix="vrss-contract-") as folder:
        _extract(word, repository, Path(folder))
        target = sqlfile.read(Path(folder, "schema.sql"))
        try:
            own = read_contract(Path(folder, "contracts"))
        except OSError as error:
            raise UnreadableContractError(Path(folder, "contracts"), error) from error
        yield Side(word, own, Target("schema.sql", target.steps))


def _extract(word: str, repository: Path, folder: Path) -> None:
    """Put the schema and the contract of a commit into the folder."""
    command = ["git", "-C", str(repository), "archive", "--format=tar", word, "--", *_PARTS]
    try:
        done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - no shell
    except OSError as error:
        raise NoSuchSideError(word, f"git can't be run: {error}") from error
    if done.returncode != 0:
        raise NoSuchSideError(word, done.stderr.decode(errors="replace").strip())
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        archive.extractall(folder, filter="data")
