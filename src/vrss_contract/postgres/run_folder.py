"""The folder of one run: who owns it, and whether that owner lives.

Knows a folder with a lock; does not know what else it holds. The owner holds the lock for as long
as its process lives, so that a folder whose lock is free belongs to nobody.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from vrss_contract.postgres.errors import BadRunFolderError
from vrss_contract.postgres.watchdog import KEPT, Watchdog

PREFIX = "vrss-contract-"
_LOCK = "lock"


class RunFolder:
    """A folder that goes when its owner goes, however that happens, unless it is kept."""

    def __init__(self, parent: Path) -> None:
        try:
            self.path, self._lock = _make(parent)
        except OSError as error:
            raise BadRunFolderError(str(parent), str(error.strerror)) from error
        self.watchdog = Watchdog(self.path)
        self.kept = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        if not self.kept:
            shutil.rmtree(self.path, ignore_errors=True)
        self.watchdog.rest()
        os.close(self._lock)

    def keep(self) -> None:
        """Let it stay after the run, and all that runs in it."""
        (self.path / KEPT).touch()
        self.kept = True


def _make(parent: Path) -> tuple[Path, int]:
    """A new folder and the lock on it. A sweep may have taken it in between: then another."""
    while True:
        path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
        with contextlib.suppress(FileNotFoundError):
            lock = os.open(path / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(lock, fcntl.LOCK_EX)
            if os.fstat(lock).st_nlink:
                return path, lock
            os.close(lock)


def ours(parent: Path) -> list[Path]:
    """The run folders below ``parent`` that our user made."""
    with contextlib.suppress(OSError):
        found = [entry for entry in os.scandir(parent) if entry.name.startswith(PREFIX)]
        return [Path(entry.path) for entry in found if _is_ours(entry)]
    return []


def _is_ours(entry: os.DirEntry[str]) -> bool:
    with contextlib.suppress(OSError):
        owner = entry.stat(follow_symlinks=False).st_uid
        return entry.is_dir(follow_symlinks=False) and owner == os.geteuid()
    return False


@contextlib.contextmanager
def claimed(path: Path) -> Iterator[bool]:
    """Take the folder of a dead owner; false where the owner lives or the folder is gone."""
    try:
        lock = os.open(path / _LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    except OSError:
        yield False
        return
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield True
    except BlockingIOError:
        yield False
    finally:
        os.close(lock)


def remove(path: Path) -> None:
    """Remove a claimed folder, its lock last: whoever finds no lock may make the folder his own."""
    for entry in list(os.scandir(path)):
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path, ignore_errors=True)
        elif entry.name != _LOCK:
            Path(entry.path).unlink()
    shutil.rmtree(path, ignore_errors=True)
