"""A cluster's folder, packed into one file and unpacked from it.

By tar, which runs as PostgreSQL's user.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import IO

from vrss_contract.postgres.account import Account
from vrss_contract.postgres.run_directory import no_room, says_no_room

_BLOCK = 512
_BLOCKS_AT_A_TIME = 2048
"""A MiB a system call: with 10 KiB, which is usual, a large cluster takes a quarter longer."""
_END = _BLOCK * _BLOCKS_AT_A_TIME
"""What tar fills up to after the last file, at most."""


def unpack(stored: IO[bytes], data: Path, account: Account) -> bool:
    """Whether the archive became the cluster ``data``, which is there only if it did.

    Raises TroubleError.
    """
    account.folder(data)
    done = account.run("tar", "-b", str(_BLOCKS_AT_A_TIME), "-xf", "-", "-C", data, stdin=stored)
    whole = done.returncode == 0 and _is_cluster(data)
    if not whole:
        shutil.rmtree(data, ignore_errors=True)
    if says_no_room(done.stderr):
        raise no_room(data.parent, needed=os.fstat(stored.fileno()).st_size)
    return whole


def _is_cluster(data: Path) -> bool:
    """Whether what calls itself tar unpacked a cluster, as far as we may look."""
    try:
        return (data / "PG_VERSION").is_file()
    except PermissionError:
        return True


def pack(data: Path, packed: IO[bytes], account: Account) -> bool:
    """Whether the cluster, whose server is stopped, was written to the file."""
    words = ("-b", str(_BLOCKS_AT_A_TIME), "-cf", "-", "-C", data, ".")
    return account.run("tar", *words, stdout=packed).returncode == 0


def size(data: Path) -> int:
    """The bytes that the cluster's archive will have, at most."""
    total = _END
    for folder, folders, files in os.walk(data):
        total += _BLOCK * len(folders)
        for name in files:
            length = Path(folder, name).lstat().st_size
            total += _BLOCK + -(-length // _BLOCK) * _BLOCK
    return total
