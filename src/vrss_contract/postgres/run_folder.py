"""The folder of one run: who owns it, and whether that owner lives.

The owner holds the lock for as long as its process lives, so that a folder whose lock is free
belongs to nobody.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from filelock import BaseFileLock, FileLock

from vrss_contract.postgres.errors import BAD_RUN_FOLDER
from vrss_contract.postgres.watchdog import KEPT, Watchdog

PREFIX = "vrss-contract-"
_LOCK = "lock"


class RunFolder:
    """A folder that goes when its owner goes, however that happens, unless it is kept."""

    def __init__(self, parent: Path) -> None:
        try:
            self.path, self._lock = _make(parent)
        except OSError as error:
            raise BAD_RUN_FOLDER(parent=str(parent), why=str(error.strerror)) from error
        self.watchdog = Watchdog(self.path)
        self.kept = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        if not self.kept:
            shutil.rmtree(self.path, ignore_errors=True)
        self.watchdog.rest()
        self._lock.release()

    def keep(self) -> None:
        """Let it stay after the run, and all that runs in it."""
        (self.path / KEPT).touch()
        self.kept = True


def _make(parent: Path) -> tuple[Path, BaseFileLock]:
    """A new folder and the lock on it. A sweep may have taken it in between: then another."""
    while True:
        path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
        with contextlib.suppress(FileNotFoundError):
            lock = _lock(path)
            lock.acquire()
            return path, lock


def _lock(path: Path) -> BaseFileLock:
    return FileLock(path / _LOCK, mode=0o600, thread_local=False)


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
    lock = _lock(path)
    try:
        lock.acquire(timeout=0)
    except OSError:  # a timeout is one
        yield False
        return
    try:
        yield True
    finally:
        lock.release()


def remove(path: Path) -> None:
    """Remove a claimed folder, its lock last: whoever finds no lock may make the folder his own."""
    for entry in list(os.scandir(path)):
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path, ignore_errors=True)
        elif entry.name != _LOCK:
            Path(entry.path).unlink()
    shutil.rmtree(path, ignore_errors=True)
