"""Little archives for the tests of the cache, and processes that make some.

Knows how an archive is made; does not know what a test expects.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import IO

from tests.engine.owners import PATHS
from vrss_contract.postgres import cache
from vrss_contract.postgres.cache_entry import find

KIB = b"k" * 1024


def wrote(packed: IO[bytes]) -> bool:
    packed.write(KIB)
    packed.flush()
    return True


def gave_up(packed: IO[bytes]) -> bool:
    packed.write(b"half")
    return False


def absent(_: IO[bytes]) -> bool:
    raise AssertionError("there is nothing to unpack")


def kept(name: str, *, used: int | None = None) -> str:
    """Make an archive of a KiB; returns why it is not kept."""
    entry = find(name, absent)
    assert entry
    why = entry.keep(len(KIB), wrote)
    entry.close()
    home = cache.folder()
    if home and used:
        os.utime(home / f"{name}.tar", (used, used))
    return why


def shelved(home: Path) -> list[Path]:
    """What is in the cache: all but the folder of locks."""
    return [path for path in home.iterdir() if path.is_file()]


def files(home: Path) -> set[str]:
    return {path.name for path in shelved(home)}


def second(script: str, home: Path) -> subprocess.Popen[str]:
    """Another process that does this to the cache."""
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", script, str(home)],
        stdout=subprocess.PIPE,
        text=True,
        env=dict(os.environ) | {"PYTHONPATH": os.pathsep.join(PATHS)},
    )
