"""An archive for the cache that is not there yet, and who may make it.

Knows one file and the lock on it; does not know what is written. Who makes an archive holds the
lock on the file that it comes to be in, which gets the archive's name at the end: so it is there
whole or not at all, one process makes it while others wait, and a file whose lock is free is left
from a dead run.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Callable
from pathlib import Path
from typing import IO

from vrss_contract.postgres import cache


class Aside:
    """The sole right to make an archive; without a path there is no cache and nothing is kept."""

    def __init__(self, path: Path | None = None, descriptor: int = -1) -> None:
        self.path = path
        self._descriptor = descriptor

    def keep(self, size: int, pack: Callable[[IO[bytes]], bool]) -> str:
        """Put the archive into the cache, where others may have to go for it.

        Args:
            size: the bytes it will have, about.
            pack: writes it; false where that fails.

        Returns:
            Why it is not kept; nothing where it is.

        Raises:
            BadCacheLimitError: the environment's limit is no number.
        """
        if self.path is None:
            return "no cache folder can be written"
        try:
            self._renew(self.path)
            return self._reserve(self.path, size) or self._pack(self.path, pack)
        except FileExistsError:
            return "another run is making it"
        except OSError as error:
            return error.strerror or str(error)

    def close(self) -> None:
        """Let the next one make it, unless it is there by now."""
        if self.path and self._descriptor >= 0:
            with contextlib.suppress(OSError):
                if cache.names(self.path, self._descriptor):
                    self.path.unlink()
            os.close(self._descriptor)
        self.path, self._descriptor = None, -1

    def _renew(self, path: Path) -> None:
        """Begin another file where ours is gone: whoever tidied up after a dead maker took it.

        Raises FileExistsError where somebody else has begun one.
        """
        if not cache.names(path, self._descriptor):
            ours, flags = self._descriptor, os.O_RDWR | os.O_CREAT | os.O_EXCL
            self._descriptor = os.open(path, flags, 0o600)
            os.close(ours)
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _reserve(self, path: Path, size: int) -> str:
        """Make room; a file as long as it will be tells others how much is spoken for."""
        with cache.locked(path.parent):
            why = cache.make_room(path.parent, size, besides=path)
            if not why:
                os.ftruncate(self._descriptor, size)
            return why

    def _pack(self, path: Path, pack: Callable[[IO[bytes]], bool]) -> str:
        with os.fdopen(self._descriptor, "wb", closefd=False) as packed:
            if not pack(packed):
                return f"it could not be written to {path.parent}"
        os.ftruncate(self._descriptor, os.lseek(self._descriptor, 0, os.SEEK_CUR))
        if not cache.names(path, self._descriptor):
            return "its file was removed meanwhile"
        path.rename(path.with_suffix(cache.SUFFIX))
        return ""


def find(
    name: str, unpack: Callable[[IO[bytes]], bool], waiting: Callable[[], None] = lambda: None
) -> Aside | None:
    """Unpack the archive of this name; where there is none, get the right to make it.

    Args:
        name: of the archive, without suffix.
        unpack: reads it; false where it is damaged, and then it is dropped.
        waiting: told where another process is making it, which is waited for.

    Returns:
        None where it was unpacked. Else who calls makes it, and closes what it got.
    """
    home = cache.folder()
    path = home / (name + cache.SUFFIX) if home else None
    while path:
        if _taken(path, unpack):
            return None
        try:
            aside = _claimed(path.with_suffix(cache.ASIDE), waiting)
        except OSError:  # a cache that can't be written costs time alone
            break
        if aside and not _ours(path):
            return aside
        if aside:  # another one was made in between
            aside.close()
    return Aside()


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


def _ours(path: Path) -> bool:
    with contextlib.suppress(OSError):
        return path.stat().st_uid == os.geteuid()
    return False


def _claimed(path: Path, waiting: Callable[[], None]) -> Aside | None:
    """The file to make an archive in, or None where it was another's and is done with."""
    cache.sweep(path.parent)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        _lock(descriptor, waiting)
        if cache.names(path, descriptor):
            os.ftruncate(descriptor, 0)
            return Aside(path, descriptor)
    except BaseException:
        os.close(descriptor)
        raise
    os.close(descriptor)
    return None


def _lock(descriptor: int, waiting: Callable[[], None]) -> None:
    """Wait for the lock. Raises PermissionError where the file is another user's."""
    if os.fstat(descriptor).st_uid != os.geteuid():
        raise PermissionError
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        waiting()
        fcntl.flock(descriptor, fcntl.LOCK_EX)
