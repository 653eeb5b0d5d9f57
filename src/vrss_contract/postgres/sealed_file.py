"""A small file of the cache: taken where it is ours and whole, put there whole or not at all."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from vrss_contract.postgres import cache

_SEAL = hashlib.sha256


def read(path: Path) -> bytes | None:
    """What was written; None where it is not there, another user's, or damaged.

    Raises:
        OSError: it is there and can't be read.
    """
    try:
        stored = path.open("rb")
    except FileNotFoundError:
        return None
    with stored:
        if os.fstat(stored.fileno()).st_uid != os.geteuid():
            return None
        seal, content = stored.read(_SEAL().digest_size), stored.read()
    if _SEAL(content).digest() != seal:
        return None
    os.utime(path)
    return content


def write(path: Path, content: bytes) -> None:
    """Put it there, in the place of what was; a cache that has no room for it stays as it is.

    Raises:
        OSError: it can't be written.
        TroubleError: the environment's limit is no number.
    """
    with cache.room(path.parent):
        if cache.make_room(path.parent, len(content)):
            return
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=cache.PART, delete=False) as part:
            part.write(_SEAL(content).digest() + content)
        Path(part.name).replace(path)
