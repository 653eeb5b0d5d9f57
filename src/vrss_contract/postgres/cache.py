"""What is kept between runs: archives in the user's cache folder.

Old archives go first where all of them together take more than they may.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import platformdirs
from filelock import BaseFileLock, FileLock

from vrss_contract.postgres import run_directory
from vrss_contract.postgres.errors import BAD_CACHE_LIMIT

CACHE_BYTES = "VRSS_CONTRACT_CACHE_BYTES"
"""The environment variable that bounds what is kept between runs."""
SUFFIX, PART = ".tar", ".part"
"""How the names of files end: those of archives, and those of what is being written."""
_LOCKS = "locks"
"""The folder of locks within the cache's."""
_ROOM = "room"
_DEFAULT_BYTES = 8 << 30
_DIGITS = 40
_UNUSED_SECONDS = 30 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Archive:
    """One archive, as it is kept."""

    path: Path
    size: int
    """Bytes."""
    used: float
    """When it was last taken, in seconds since 1970."""


def folder() -> Path | None:
    """The folder that archives are kept in, or None where there can be none."""
    try:
        return platformdirs.user_cache_path("vrss-contract", ensure_exists=True)
    except (OSError, RuntimeError):  # RuntimeError: a user without a home
        return None


def limit() -> int:
    """The bytes that all archives may take together. Raises TroubleError."""
    text = os.environ.get(CACHE_BYTES) or str(_DEFAULT_BYTES)
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS):
        raise BAD_CACHE_LIMIT(text=text[:_DIGITS])
    return int(text)


def entries() -> list[Archive]:
    """What is kept, the last used first."""
    home = folder()
    found = _files(home, SUFFIX) if home else ()
    return sorted(found, key=lambda one: one.used, reverse=True)


def clear() -> list[Archive]:
    """Remove what is kept, and what dead runs left half made; returns the former."""
    home, found = folder(), entries()
    for one in found:
        one.path.unlink(missing_ok=True)
    if home:
        sweep(home)
    return found


def make_room(home: Path, size: int) -> str:
    """Drop the archives that were not used for longest until one more fits.

    Args:
        home: the folder of archives.
        size: the bytes of the one to come.

    Returns:
        Why it does not fit; nothing where it does.

    Raises:
        TroubleError: the environment's limit is no number.
    """
    most = limit()
    if size > most:
        return f"it takes {size:,} bytes, and {CACHE_BYTES} allows {most:,}"
    sweep(home)
    left = most - size - sum(one.size for one in _files(home, PART))
    if left < 0:
        return f"others are being written, and {CACHE_BYTES} allows {most:,} bytes in all"
    for one in entries():
        left -= one.size
        if left < 0 or one.used < time.time() - _UNUSED_SECONDS:
            one.path.unlink(missing_ok=True)
    if run_directory.free(home) < size:
        return f"it takes {size:,} bytes, and {home} has {run_directory.free(home):,} free"
    return ""


def sweep(home: Path) -> int:
    """Remove what dead runs were writing, for nobody holds its lock; returns how many."""
    count = 0
    for path in home.glob(f"*{PART}"):
        with contextlib.suppress(OSError), lock(path).acquire(timeout=0):
            path.unlink()
            count += 1
    return count


def lock(path: Path) -> BaseFileLock:
    """The lock of who makes the archive of this name, whatever its suffix; not yet acquired.

    Its file is never removed, so that all who wait for it wait for the same one.
    """
    locks = path.parent / _LOCKS
    locks.mkdir(exist_ok=True)
    return FileLock(locks / f"{path.stem}.lock", mode=0o600, thread_local=False)


def room(home: Path) -> BaseFileLock:
    """Lets one process at a time make room: two at once would both count on the same."""
    return lock(home / _ROOM)


def _files(home: Path, suffix: str) -> Iterator[Archive]:
    for path in home.glob(f"*{suffix}"):
        with contextlib.suppress(FileNotFoundError):
            facts = path.stat()
            yield Archive(path, facts.st_size, facts.st_mtime)
