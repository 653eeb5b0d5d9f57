"""A little dataset, and processes that open its world.

Knows how a world is opened as a user would; does not know what a test expects.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests import paths
from tests.engine.owners import PATHS
from vrss_contract.contract.model import Contract
from vrss_contract.contract.read import read_contract
from vrss_contract.data.dataset import NO_REFERENCE, Copied, Portion, Prepared, ReferenceRows
from vrss_contract.data.filled_database import filled_database
from vrss_contract.target import sqlfile

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Few:
    """A few users. ``pause`` is SQL that runs before them."""

    users: int = 5
    name: str = "few"
    bulk: bool = False
    triggers: bool = False
    pause: str = "SELECT 1"
    reference: ReferenceRows = NO_REFERENCE

    @property
    def rows(self) -> int:
        return self.users

    @property
    def digest(self) -> str:
        return str(self.users)

    def portions(self) -> Iterator[Portion]:
        yield Prepared(self.pause)
        columns = ("id", "username", "email", "password_hash")
        made = [(n, f"user_{n}", f"{n}@example.org", "x") for n in range(1, self.users + 1)]
        yield Copied("users", columns, made)


def contract() -> Contract:
    return read_contract(paths.contracts())


def main() -> None:
    """Open the world, tell what is done, and stay until somebody ends it.

    The words are a folder for the cache and SQL that runs before the rows.
    """
    with filled_database(
        sqlfile.read(paths.schema()),
        Few(pause=sys.argv[2]),
        contract(),
        doing=_tell,
    ) as opened:
        _tell("stored" if opened.stored else "made")
        sys.stdin.read()


def _tell(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


@contextlib.contextmanager
def opener(room: Path, home: Path, pause: str = "SELECT 1") -> Iterator[subprocess.Popen[str]]:
    """A process that opens the world; it ends as the test has it, or with the block."""
    script = (
        "import platformdirs, pathlib, sys\n"
        "platformdirs.user_cache_path = lambda *_, **__: pathlib.Path(sys.argv[1])\n"
        "from tests.engine import filled_databases; filled_databases.main()"
    )
    more = {
        "PYTHONPATH": os.pathsep.join([*PATHS, str(ROOT)]),
        "VRSS_CONTRACT_RUN_DIR": str(room),
    }
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-c", script, str(home), pause],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd="/",
        env=dict(os.environ) | more,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def told(process: subprocess.Popen[str], words: str) -> None:
    """Read what it tells until it has told these words."""
    assert process.stdout
    lines = []
    while line := process.stdout.readline():
        lines.append(line)
        if line.strip() == words:
            return
    raise AssertionError(f"it ended without {words!r}, after {lines}")
