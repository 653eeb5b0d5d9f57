"""An archive that the cache does not hold yet, and who may make it.

Who makes an archive holds its lock meanwhile, so that others wait for it instead of making it as
well; the kernel frees the lock of a killed process. What is written has another name until it is
whole.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import IO

from filelock import BaseFileLock, Timeout

from vrss_contract.postgres import cache


class CacheEntry:
    """The sole right to make an archive; without a path there is no cache and nothing is kept."""

    def __init__(self, path: Path | None = None, lock: BaseFileLock | None = None) -> None:
        self._path = path
        self._lock = lock

    @property
    def part(self) -> Path | None:
        """The file that the archive is written to before it gets its name."""
        return self._path and self._path.with_suffix(cache.PART)

    def keep(self, size: int, pack: Callable[[IO[bytes]], bool]) -> str:
        """Put the archive into the cache, where others may have to go for it.

        Args:
            size: the bytes it will have, about.
            pack: writes it; false where that fails.

        Returns:
            Why it is not kept; nothing where it is.

        Raises:
            TroubleError: the environment's limit is no number.
        """
        if self._path is None or self.part is None:
            return "no cache folder can be written"
        try:
            return _reserve(self.part, size) or _write(self.part, self._path, pack)
        except OSError as error:
            return error.strerror or str(error)

    def close(self) -> None:
        """Let the next one make it, unless it is there by now."""
        if self.part and self._lock:
            with contextlib.suppress(OSError):
                self.part.unlink(missing_ok=True)
            self._lock.release()
        self._path = self._lock = None


def find(
    name: str, unpack: Callable[[IO[bytes]], bool], waiting: Callable[[], None] = lambda: None
) -> CacheEntry | None:
    """Unpack the archive of this name; where there is none, get the right to make it.

    Args:
        name: of the archive, without suffix.
        unpack: reads it; false where it is damaged, and then it is dropped.
        waiting: told where another process is making it, which is waited for.

    Returns:
        None where it was unpacked. Else who calls makes it, and closes what it got.
    """
    home = cache.folder()
    if home is None:
        return CacheEntry()
    path = home / (name + cache.SUFFIX)
    if _taken(path, unpack):
        return None
    try:
        entry = CacheEntry(path, _acquired(path, waiting))
    except OSError:  # a cache that can't be written costs time alone
        return CacheEntry()
    with contextlib.ExitStack() as held:
        held.callback(entry.close)
        if not _taken(path, unpack):  # nobody has made it in between
            held.pop_all()
            return entry
    return None


def _taken(path: Path, unpack: Callable[[IO[bytes]], bool]) -> bool:
    """Whether the archive was there, ours and whole."""
    try:
        stored = path.open("rb")
    except OSError:
        return False
    with stored:
        if os.fstat(stored.fileno()).st_uid != os.geteuid():
            return False  # a cluster's settings can run programs: take none from another user
        whole = unpack(stored)
    with contextlib.suppress(OSError):
        os.utime(path) if whole else path.unlink()
    return whole


def _acquired(path: Path, waiting: Callable[[], None]) -> BaseFileLock:
    """The archive's lock, held. Raises OSError where there can be none."""
    lock = cache.lock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        waiting()
        lock.acquire()
    return lock


def _reserve(part: Path, size: int) -> str:
    """Make room; a file as long as it will be tells others how much is spoken for."""
    with cache.room(part.parent):
        part.unlink(missing_ok=True)  # left by a killed run, since the lock is ours
        why = cache.make_room(part.parent, size)
        if not why:
            with part.open("xb") as reserved:
                reserved.truncate(size)
        return why


def _write(part: Path, path: Path, pack: Callable[[IO[bytes]], bool]) -> str:
    """Fill the reserved file, as far as needed, and give it the archive's name."""
    with part.open("r+b", buffering=0) as packed:
        if not pack(packed):
            return f"it could not be written to {path.parent}"
        packed.truncate()
    part.rename(path)
    return ""
