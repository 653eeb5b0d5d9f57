"""A database cluster, laid out in no time.

Knows how a cluster comes to be; does not know how it is run. The first one of a kind is made by
initdb and kept as one archive in the user's cache; later ones are unpacked from it.
"""

from __future__ import annotations

import contextlib
import hashlib
import locale
import os
import shutil
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

import platformdirs

from vrss_contract.server.binaries import Binaries
from vrss_contract.server.errors import NoStartError
from vrss_contract.server.place import no_room, says_no_room
from vrss_contract.server.settings import ADMIN

_INITDB = (
    f"--username={ADMIN}",
    "--auth=trust",  # only who may enter the socket's folder comes as far as being asked
    "--encoding=UTF8",
    "--locale=C",  # what sorts where must not depend on the machine
    "--text-search-config=english",  # what initdb takes for C, whatever the LC_CTYPE
    "--wal-segsize=1",  # 5 MiB of log instead of 16, in every copy
    "--no-sync",
    "--no-instructions",
)
_CTYPES = ("C.UTF-8", "C.utf8", "en_US.UTF-8", "UTF-8")
"""Names of locales whose letters are those of Unicode; a system has some of them."""
_UNUSED_SECONDS = 30 * 24 * 3600


def lay_out(data: Path, binaries: Binaries) -> None:
    """Make a cluster in ``data``, which is not there yet.

    Raises NoRoomError, or NoStartError with what initdb says.
    """
    words = (*_INITDB, f"--lc-ctype={ctype()}")
    archive = _archive(binaries, words)
    if archive and _unpack(archive, data, binaries):
        return
    shutil.rmtree(data, ignore_errors=True)
    binaries.account.folder(data)
    made = binaries.account.run(binaries.initdb, f"--pgdata={data}", *words)
    if says_no_room(made.stderr):
        raise no_room(data.parent)
    if made.returncode != 0:
        said = made.stderr.decode(errors="replace")
        raise NoStartError("initdb", why=f"it ended with {made.returncode}", said=said)
    if archive:
        with contextlib.suppress(OSError):  # a cache that can't be written costs time alone
            _store(data, archive, binaries)


def ctype() -> str:
    """The locale that tells letters from others, as on servers that people run; C where none is."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        for name in _CTYPES:
            with contextlib.suppress(locale.Error):
                locale.setlocale(locale.LC_CTYPE, name)
                return name
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
    return "C"


def _archive(binaries: Binaries, words: Iterable[str]) -> Path | None:
    """Where the cache keeps a cluster made in this way, or None where there is no cache."""
    way = (binaries.version, binaries.account.uid, tuple(words))
    digest = hashlib.sha256(repr(way).encode())
    digest.update((binaries.share / "postgres.bki").read_bytes())
    digest.update(str(binaries.postgres.stat().st_size).encode())
    try:
        cache = platformdirs.user_cache_path("vrss-contract", ensure_exists=True)
    except OSError:
        return None
    return cache / f"cluster-{digest.hexdigest()[:16]}.tar"


def _unpack(archive: Path, data: Path, binaries: Binaries) -> bool:
    """Whether the cluster came out of the cache."""
    try:
        stored = archive.open("rb")
    except OSError:
        return False
    with stored:
        if os.fstat(stored.fileno()).st_uid != os.geteuid():
            return False  # a cluster's settings can run programs: take none from another user
        binaries.account.folder(data)
        done = binaries.account.run("tar", "-xf", "-", "-C", data, stdin=stored)
    if says_no_room(done.stderr):
        raise no_room(data.parent)
    with contextlib.suppress(OSError):
        os.utime(archive)
    return done.returncode == 0


def _store(data: Path, archive: Path, binaries: Binaries) -> None:
    """Put the cluster into the cache, whole or not at all, and drop what nobody took for long."""
    descriptor, aside = tempfile.mkstemp(
        prefix=f"{archive.stem}-", suffix=".tar", dir=archive.parent
    )
    try:
        with os.fdopen(descriptor, "wb") as packed:
            done = binaries.account.run("tar", "-cf", "-", "-C", data, ".", stdout=packed)
        if done.returncode == 0:
            Path(aside).replace(archive)
    finally:
        Path(aside).unlink(missing_ok=True)
    for old in archive.parent.glob("cluster-*.tar"):
        if old.stat().st_mtime < time.time() - _UNUSED_SECONDS:
            old.unlink(missing_ok=True)
