"""Where run folders are made.

A RAM disk comes first, for there a server starts and works several times faster than on a disk.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from vrss_contract.errors import TroubleError
from vrss_contract.postgres.errors import BAD_RUN_FOLDER, NO_ROOM, RUN_DIR

RAM_DISK = Path("/dev/shm")  # noqa: S108 - folders are made there as mkdtemp does
MOUNTS = Path("/proc/self/mounts")
ROOMY = 1 << 30
"""Bytes that a RAM disk has free before it is taken; many a container has 64 MiB, soon full."""
_MIB = 1 << 20
NEEDED = 64 << 20
"""Bytes for a cluster (28 MiB), its log and a few databases of the schema (8 MiB each)."""
_OUT_OF_ROOM = (b"No space left on device", b"Disk quota exceeded")


def parent(*, executable: bool, room: int = NEEDED) -> Path:
    """The folder to make run folders in.

    Args:
        executable: whether programs will be run from there.
        room: the bytes that a run will need; a RAM disk without them is left for a disk.
    """
    if os.environ.get(RUN_DIR):
        return Path(os.environ[RUN_DIR]).absolute()
    roomy = max(ROOMY, room)
    if _is_ram_disk(RAM_DISK) and _takes(RAM_DISK, roomy, executable=executable):
        return RAM_DISK
    return _temporary()


def _temporary() -> Path:
    """The system's folder for such things. Raises TroubleError."""
    try:
        return Path(tempfile.gettempdir())
    except OSError as error:
        raise BAD_RUN_FOLDER(parent="a temporary folder", why=str(error.strerror)) from error


def parents() -> frozenset[Path]:
    """Every folder that may hold run folders of earlier runs."""
    places = [RAM_DISK, _temporary(), Path(os.environ.get(RUN_DIR) or RAM_DISK)]
    return frozenset(place.absolute() for place in places if is_there(place))


def is_there(folder: Path) -> bool:
    """Whether there is such a folder; a name may be too long to be looked for."""
    try:
        return folder.is_dir()
    except OSError:
        return False


def _is_ram_disk(folder: Path) -> bool:
    try:
        mounts = [line.split() for line in MOUNTS.read_text("utf-8", "replace").splitlines()]
    except OSError:
        return False
    return any(mount[1] == str(folder) and mount[2] in {"tmpfs", "ramfs"} for mount in mounts)


def _takes(folder: Path, room: int, *, executable: bool) -> bool:
    forbids = os.statvfs(folder).f_flag & getattr(os, "ST_NOEXEC", 0)
    writable = os.access(folder, os.W_OK | os.X_OK)
    return writable and not (executable and forbids) and free(folder) >= room


def free(folder: Path) -> int:
    """The bytes that we may still write below ``folder``."""
    room = os.statvfs(folder)
    return room.f_bavail * room.f_frsize


def require_room(folder: Path, room: int = NEEDED) -> None:
    """Raise TroubleError where a server does not fit below ``folder``, or can't be reached."""
    if not is_there(folder):
        raise BAD_RUN_FOLDER(parent=str(folder), why="no such folder")
    if why := _unreachable(str(folder)):
        raise BAD_RUN_FOLDER(parent=str(folder), why=why)
    if free(folder) < room:
        raise no_room(folder, needed=room)


def _unreachable(folder: str) -> str:
    """Why a server's socket below the folder can't be connected to; nothing where it can."""
    if "," in folder:
        return "a comma in its path, which parts the names of several folders and hosts"
    try:
        folder.encode()
    except UnicodeEncodeError:
        return "a path that is not UTF-8, or not readable as such in this locale"
    return ""


def no_room(folder: Path, *, needed: int = NEEDED) -> TroubleError:
    """The error that says how much room there is, and how much there should be."""
    there = free(folder)
    return NO_ROOM(
        folder=folder,
        needed=needed,
        needed_mib=needed // _MIB,
        free=there,
        free_mib=there // _MIB,
    )


def says_no_room(output: bytes) -> bool:
    """Whether a program's output tells that it ran out of room."""
    return any(words in output for words in _OUT_OF_ROOM)
